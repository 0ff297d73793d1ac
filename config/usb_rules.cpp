// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/usb_rules.h"

#include <optional>
#include <string>

#include "config/hex.h"

namespace vaktpost::config {
namespace {

// False when it is neither "*" nor two hex digits.
bool read_part(std::string_view text, std::optional<std::uint8_t>& part) {
    if (text == "*") return true;
    part = parse_hex<std::uint8_t>(text);
    return part.has_value();
}

std::optional<core::UsbClassPattern> parse_pattern(std::string_view text) {
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    core::UsbClassPattern pattern;
    if (!read_part(text.substr(0, first), pattern.base)) return std::nullopt;
    if (!read_part(text.substr(first + 1, second - first - 1), pattern.sub)) return std::nullopt;
    if (!read_part(text.substr(second + 1), pattern.protocol)) return std::nullopt;
    return pattern;
}

void read_interface(TableReader& rule, std::vector<core::UsbClassPattern>& patterns) {
    const auto& key = usb_rule::interface;
    for (const Value* text : rule.texts(key.key, key.form)) {
        if (const auto pattern = parse_pattern(text->text)) {
            patterns.push_back(*pattern);
            continue;
        }
        rule.problem(
            text->at,
            "an item of usb.rule.interface must be \"CC:SS:PP\", each part two hex digits or "
            "\"*\", such as \"03:01:*\", not " +
                quoted(text->text));
    }
    refuse_empty(rule, key, "meet every interface");
}

void read_device_id(TableReader& rule, const RuleKey& key, std::optional<std::uint16_t>& id) {
    const Value* text = rule.value(key.key, Kind::text, key.form);
    if (text == nullptr) return;
    id = parse_hex<std::uint16_t>(text->text);
    if (!id) wrong(rule, key, *text);
}

core::UsbRule read_rule(TableReader& rule, const std::vector<core::UsbRule>& earlier) {
    core::UsbRule result;
    read_rule_id(rule, earlier, result.id);
    read_interface(rule, result.interface);
    read_device_id(rule, usb_rule::vendor, result.vendor);
    read_device_id(rule, usb_rule::product, result.product);
    rule.choice(usb_rule::action.key, result.action);
    require(rule, usb_rule::action);
    const Value* product = rule.find(usb_rule::product.key);
    if (product != nullptr && rule.find(usb_rule::vendor.key) == nullptr)
        rule.problem(product->at, "usb.rule.product says nothing without vendor");
    return result;
}

}  // namespace

void read_usb_rules(TableReader& usb, std::vector<core::UsbRule>& rules) {
    read_rules(usb, usb_rule::table, rules, read_rule);
}

}  // namespace vaktpost::config
