// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/usb_names.h"

#include <algorithm>
#include <charconv>

namespace vaktpost::platform {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<std::uint8_t> parse_byte(std::string_view text) {
    const auto number = is_number(text) ? parse_number(text) : std::nullopt;
    if (!number || *number > 255) return std::nullopt;
    return static_cast<std::uint8_t>(*number);
}

}  // namespace

bool is_root_hub(std::string_view name) {
    return name.substr(0, 3) == "usb" && is_number(name.substr(3));
}

bool is_usb_device(std::string_view name) {
    const auto dash = name.find('-');
    if (dash == std::string_view::npos || !is_number(name.substr(0, dash))) return false;
    std::string_view ports = name.substr(dash + 1);
    while (true) {
        const auto dot = ports.find('.');
        if (!is_number(ports.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        ports.remove_prefix(dot + 1);
    }
}

std::optional<UsbInterfaceName> parse_usb_interface(std::string_view name) {
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto dot = name.find('.', colon);
    if (dot == std::string_view::npos || !is_usb_device(name.substr(0, colon))) return std::nullopt;
    const auto configuration = parse_byte(name.substr(colon + 1, dot - colon - 1));
    const auto number = parse_byte(name.substr(dot + 1));
    if (!configuration || !number) return std::nullopt;
    return UsbInterfaceName{std::string(name.substr(0, colon)), *configuration, *number};
}

std::optional<std::uint64_t> parse_number(std::string_view text, int base) {
    if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace vaktpost::platform
