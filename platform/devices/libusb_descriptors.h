// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "platform/devices/descriptor_walk.h"

namespace vaktpost::platform {

// The interfaces of every configuration and alternate setting as libusb reads them from an open
// node of usbfs
// (/dev/bus/usb/BBB/DDD). Empty where libusb refuses them.
//
// `fd` must be read-only. libusb_wrap_sys_device then reads what the kernel keeps and nothing more:
// the one transfer it would like to send, GET_CONFIGURATION, and every other ioctl fail with EPERM
// before they reach the device (usbdev_do_ioctl in the kernel's devio.c asks for FMODE_WRITE;
// usbfs_get_active_config in libusb 1.0.26 then takes the first configuration as active, so ask
// sysfs for that). A device that no longer answers is not touched. No thread is started, since
// device discovery is off. May block on the device's lock: call it on a worker.
std::vector<DescribedInterface> libusb_descriptors(int fd);

}  // namespace vaktpost::platform
