// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/described_device.h"

#include <boost/json/array.hpp>

#include "agent/cli/json_text.h"
#include "config/hex.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

// Takes what stands before `end` and drops it with the character itself.
std::string_view cut(std::string_view& text, char end) {
    const auto at = text.find(end);
    const auto piece = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return piece;
}

std::optional<core::UsbClass> parse_class(std::string_view text) {
    const auto base = config::parse_hex<std::uint8_t>(cut(text, ':'));
    const auto sub = config::parse_hex<std::uint8_t>(cut(text, ':'));
    const auto protocol = config::parse_hex<std::uint8_t>(text);
    if (!base || !sub || !protocol) return std::nullopt;
    return core::UsbClass{*base, *sub, *protocol};
}

bool add_alternate(std::string_view text, core::UsbInterface& interface) {
    constexpr core::UsbClass boot_keyboard{core::usb_class::hid, 1, 1};
    const auto cls = parse_class(text);
    if (!cls) return false;
    interface.alternates.push_back(*cls);
    interface.keyboard = interface.keyboard || *cls == boot_keyboard;
    return true;
}

bool add_interface(std::string_view classes, core::UsbDevice& device) {
    if (classes.empty() || device.interfaces.size() > 255) return false;
    core::UsbInterface interface;
    interface.number = static_cast<std::uint8_t>(device.interfaces.size());
    while (!classes.empty())
        if (!add_alternate(cut(classes, ','), interface)) return false;
    device.interfaces.push_back(std::move(interface));
    return true;
}

bool set(std::string_view key, std::string_view value, core::UsbDevice& device) {
    const auto id = config::parse_hex<std::uint16_t>(value);
    if (key == "interface") return add_interface(value, device);
    if (key == "vendor" && id) return device.vendor = *id, true;
    if (key == "product" && id) return device.product = *id, true;
    if (key == "serial") return device.serial_tag = {std::string(value)}, true;
    if (key == "port") return device.id = {std::string(value)}, true;
    if (key == "descriptors") return device.descriptors = value, true;
    if (key != "connect_type") return false;
    const auto type = core::from_string<core::ConnectType>(value);
    device.connect_type = type.value_or(core::ConnectType::unknown);
    return type.has_value();
}

bool add_told_interface(const json::object& told, core::UsbDevice& device) {
    const json::value* number = told.if_contains("interface");
    const json::value* classes = told.if_contains("classes");
    const json::value* keyboard = told.if_contains("keyboard");
    if (number == nullptr || !number->is_int64() || classes == nullptr || !classes->is_array())
        return false;
    core::UsbInterface interface;
    interface.number = static_cast<std::uint8_t>(number->get_int64());
    for (const json::value& each : classes->get_array())
        if (!each.is_string() || !add_alternate(each.get_string(), interface)) return false;
    if (keyboard != nullptr && keyboard->is_bool()) interface.keyboard = keyboard->get_bool();
    device.interfaces.push_back(std::move(interface));
    return true;
}

}  // namespace

std::optional<core::UsbDevice> parse_device(std::string_view text) {
    core::UsbDevice device;
    while (!text.empty()) {
        std::string_view word = cut(text, ' ');
        if (word.empty()) continue;
        const auto key = cut(word, '=');
        if (!set(key, word, device)) return std::nullopt;
    }
    if (device.interfaces.empty()) return std::nullopt;
    return device;
}

std::optional<core::UsbDevice> device_of(const json::object& told) {
    core::UsbDevice device;
    device.id = {text_in(told, "device")};
    for (const std::string_view key : {"vendor", "product", "descriptors", "connect_type"})
        if (const auto value = text_in(told, key); !value.empty() && !set(key, value, device))
            return std::nullopt;
    device.serial_tag = {text_in(told, "serial_tag")};
    device.holds_system_disk = told.if_contains("system_disk") != nullptr;
    const json::value* interfaces = told.if_contains("interfaces");
    if (device.id.empty() || interfaces == nullptr || !interfaces->is_array()) return std::nullopt;
    for (const json::value& each : interfaces->get_array())
        if (!each.is_object() || !add_told_interface(each.get_object(), device))
            return std::nullopt;
    return device;
}

}  // namespace vaktpost::cli
