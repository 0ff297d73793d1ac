// SPDX-License-Identifier: GPL-3.0-or-later
// The interfaces that a device's raw descriptors hold, found as the kernel finds them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agent/core/usb.h"

namespace vaktpost::platform {

struct DescribedInterface {
    std::uint8_t configuration = 0;  // bConfigurationValue
    std::uint8_t number = 0;         // bInterfaceNumber
    core::UsbClass cls;
    auto operator<=>(const DescribedInterface&) const = default;
};

// `raw`: a usbfs node from its start: the device descriptor, then each configuration as far apart
// as its wTotalLength says (USB 2.0, 9.6; usbdev_read in the kernel's drivers/usb/core/devio.c).
// Every interface descriptor counts, whatever its number, its place and the counts in the header
// say: that is how usb_parse_configuration in the kernel's config.c takes them. Hostile bytes:
// stops where the kernel stops, never fails.
std::vector<DescribedInterface> walk_descriptors(std::span<const std::uint8_t> raw);

}  // namespace vaktpost::platform
