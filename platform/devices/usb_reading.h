// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/usb.h"
#include "platform/devices/paths.h"

namespace vaktpost::platform {

// What one look at a USB device gave.
struct UsbReading {
    core::UsbDevice device;  // without serial_tag, present_at_start and seen
    std::string serial;      // hostile, and it identifies: goes into a keyed tag only
    std::optional<core::Duration> connected;  // since the kernel enumerated it
    bool configured = false;  // the kernel has chosen a configuration: its interfaces are there
    bool withdrawn = false;   // as a whole: the kernel will choose none

    // The kernel's objects it was read from. A device of the same name with other objects is
    // another one, or has been configured anew: its interfaces are back at the bus's default.
    std::uint64_t object = 0;
    std::vector<std::pair<std::string, std::uint64_t>> interface_objects;

    [[nodiscard]] bool same_device(const UsbReading& other) const;
    [[nodiscard]] bool same_interfaces(const UsbReading& other) const;
};

// Reads all descriptors from usbfs, adds what sysfs tells of the interfaces that exist now, and
// looks for a keyboard and a system disk behind them. Nothing when there is no such device. A
// device whose descriptors cannot be read has only the interfaces sysfs knows, maybe none: nothing
// can then be released. Sends nothing to the device, but waits for its lock, which the kernel holds
// while it configures the device: call it on a worker.
std::optional<UsbReading> read_usb_device(const DevicePaths& paths, const core::DeviceId& id);

// The kernel's objects are still those of that reading. Asks for no lock.
bool is_as_read(const DevicePaths& paths, const core::DeviceId& id, const UsbReading& reading);

}  // namespace vaktpost::platform
