// SPDX-License-Identifier: GPL-3.0-or-later
// USB devices: which interface is released, withdrawn, or released for examination.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

void on_usb_device_arrived(Context& context, const UsbDeviceArrived& event);
void on_usb_device_left(Context& context, const UsbDeviceLeft& event);
void on_usb_switched(Context& context, const UsbSwitched& event);

// A medium on this interface is blocked: withdraw it, and the device with it when nothing else of
// it is allowed.
void withdraw_storage(Context& context, const DeviceId& id, std::uint8_t interface, Seq cause);

// Judges every device anew, after the policy or the set of keyboards changed, and acts where the
// decision differs.
void rejudge_usb(Context& context);

}  // namespace vaktpost::core
