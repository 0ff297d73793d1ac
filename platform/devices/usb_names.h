// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel's names of USB devices (drivers/usb/core): "usb1" is a root hub, "1-2.3" a device
// behind port 3 of the hub at port 2 of bus 1, "1-2.3:1.0" interface 0 of its configuration 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vaktpost::platform {

bool is_root_hub(std::string_view name);
bool is_usb_device(std::string_view name);  // and no root hub

struct UsbInterfaceName {
    std::string device;
    std::uint8_t configuration = 0;
    std::uint8_t number = 0;
};
std::optional<UsbInterfaceName> parse_usb_interface(std::string_view name);

// An unsigned number that is the whole text, in this base; sysfs ends its lines with \n, which is
// left out.
std::optional<std::uint64_t> parse_number(std::string_view text, int base = 10);

}  // namespace vaktpost::platform
