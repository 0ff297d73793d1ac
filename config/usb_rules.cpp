// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/usb_rules.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "config/quote.h"

namespace vaktpost::config {
namespace {

constexpr std::size_t most_rules = 1000;  // every interface is held against every rule
constexpr std::size_t longest_id = 64;
constexpr std::string_view id_characters = "abcdefghijklmnopqrstuvwxyz0123456789-";

template <class Number>
std::optional<Number> hex(std::string_view text) {
    Number number = 0;
    if (text.size() != 2 * sizeof(Number)) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// False when it is neither "*" nor two hex digits.
bool read_part(std::string_view text, std::optional<std::uint8_t>& part) {
    if (text == "*") return true;
    part = hex<std::uint8_t>(text);
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

void wrong(TableReader& rule, const UsbRuleKey& key, const Value& value) {
    rule.problem(value.at, rule.full_name(key.key) + " must be " + std::string(key.form) +
                               ", not " + quoted(value.text));
}

void read_id(TableReader& rule, const std::vector<core::UsbRule>& earlier, core::RuleId& id) {
    const Value* text = rule.value(usb_rule::id.key, Kind::text, usb_rule::id.form);
    if (text == nullptr) return;
    const bool good = !text->text.empty() && text->text.size() <= longest_id &&
                      text->text.find_first_not_of(id_characters) == std::string::npos;
    if (!good) return wrong(rule, usb_rule::id, *text);
    id.value = text->text;
    const bool taken = std::any_of(earlier.begin(), earlier.end(),
                                   [&](const core::UsbRule& other) { return other.id == id; });
    if (taken)
        rule.problem(text->at, "another [[usb.rule]] has the id " + quoted(id.value) + " already");
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
    const Value* list = rule.find(key.key);
    if (list != nullptr && list->kind == Kind::list && list->list.empty())
        rule.problem(list->at, "usb.rule.interface is empty; leave it out to meet every interface");
}

void read_device_id(TableReader& rule, const UsbRuleKey& key, std::optional<std::uint16_t>& id) {
    const Value* text = rule.value(key.key, Kind::text, key.form);
    if (text == nullptr) return;
    id = hex<std::uint16_t>(text->text);
    if (!id) wrong(rule, key, *text);
}

void require(TableReader& rule, const UsbRuleKey& key) {
    if (rule.find(key.key) == nullptr)
        rule.problem(rule.position(), "this [[usb.rule]] has no " + std::string(key.key));
}

core::UsbRule read_rule(TableReader& rule, const std::vector<core::UsbRule>& earlier) {
    core::UsbRule result;
    read_id(rule, earlier, result.id);
    read_interface(rule, result.interface);
    read_device_id(rule, usb_rule::vendor, result.vendor);
    read_device_id(rule, usb_rule::product, result.product);
    rule.choice(usb_rule::action.key, result.action);
    require(rule, usb_rule::id);
    require(rule, usb_rule::action);
    const Value* product = rule.find(usb_rule::product.key);
    if (product != nullptr && rule.find(usb_rule::vendor.key) == nullptr)
        rule.problem(product->at, "usb.rule.product says nothing without vendor");
    rule.finish();
    return result;
}

}  // namespace

void read_usb_rules(TableReader& usb, std::vector<core::UsbRule>& rules) {
    for (const Value& table : usb.tables("rule")) {
        if (rules.size() == most_rules)
            return usb.problem(table.at,
                               "more than " + std::to_string(most_rules) + " [[usb.rule]]");
        TableReader rule = usb.item(table, "rule");
        rules.push_back(read_rule(rule, rules));
    }
}

}  // namespace vaktpost::config
