// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/usb_rules.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>

#include "config/hex.h"
#include "config/list_reader.h"
#include "config/week_text.h"

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

constexpr std::size_t most_items = 32;

void read_patterns(TableReader& rule, const RuleKey& key, core::UsbClassPatterns& patterns,
                   bool repeated = false) {
    for (const Value* text : rule.texts(key.key, key.form)) {
        const auto pattern = parse_pattern(text->text);
        if (!pattern) {
            rule.problem(text->at, "an item of " + rule.full_name(key.key) +
                                       " must be \"CC:SS:PP\", each part two hex digits or "
                                       "\"*\", such as \"03:01:*\", not " +
                                       quoted(text->text));
            continue;
        }
        if (!repeated && std::find(patterns.begin(), patterns.end(), *pattern) != patterns.end()) {
            rule.problem(text->at,
                         quoted(text->text) + " stands twice in " + rule.full_name(key.key));
            continue;
        }
        if (patterns.size() == most_items)
            return rule.problem(text->at,
                                "there are more than 32 items in " + rule.full_name(key.key));
        patterns.push_back(*pattern);
    }
    refuse_empty(rule, key, key.key == "interface" ? "meet every interface" : "meet every device");
}

void read_texts(TableReader& rule, const RuleKey& key, std::string_view item,
                std::string_view characters, std::size_t longest, std::string_view instead,
                std::vector<std::string>& target) {
    read_list(rule, key.key, {std::string(key.form), std::string(item), most_items}, target,
              [&](const std::string& text) -> std::optional<std::string> {
                  const bool good = !text.empty() && text.size() <= longest &&
                                    text.find_first_not_of(characters) == std::string::npos;
                  return good ? std::optional(text) : std::nullopt;
              });
    refuse_empty(rule, key, instead);
}

void read_place(TableReader& rule, core::UsbRule& result) {
    read_texts(rule, usb_rule::port, "1 to 32 digits, \"-\", \".\" and \"*\"", "0123456789-.*", 32,
               "meet every port", result.port);
    constexpr auto& words = core::Words<core::ConnectType>::table;
    // Once, not for each of ten thousand rules.
    static const ListForm connect_types{std::string(usb_rule::connect_type.form), choices(words),
                                        words.size()};
    read_list(rule, usb_rule::connect_type.key, connect_types, result.connect_type,
              [](const std::string& text) { return core::from_string<core::ConnectType>(text); });
    refuse_empty(rule, usb_rule::connect_type, "meet every port");
}

void read_time(TableReader& rule, std::vector<core::WeekSpan>& spans) {
    const auto& key = usb_rule::time;
    std::size_t count = 0;
    for (const Value* text : rule.texts(key.key, key.form)) {
        const auto parsed = parse_week(text->text);
        if (!parsed) {
            rule.problem(text->at,
                         "an item of usb.rule.time must be days and a time of the day, such as "
                         "\"mon-fri 07:00-16:00\", not " +
                             quoted(text->text));
            continue;
        }
        if (++count > most_items)
            return rule.problem(text->at, "there are more than 32 items in usb.rule.time");
        spans.insert(spans.end(), parsed->begin(), parsed->end());
    }
    refuse_empty(rule, key, "hold at all times");
}

void read_presence(TableReader& rule, core::UsbRule& result) {
    constexpr std::string_view item = "1 to 128 printable ASCII characters";
    read_texts(rule, usb_rule::user, item, printable_characters, longest_pattern,
               "meet everybody's", result.user);
    read_texts(rule, usb_rule::group, item, printable_characters, longest_pattern,
               "meet everybody's", result.group);
    core::ScreenState screen{};
    if (rule.find(usb_rule::screen.key) != nullptr) {
        rule.choice(usb_rule::screen.key, screen);
        result.screen = screen;
    }
    read_time(rule, result.time);
}

void read_end(TableReader& rule, core::UsbRule& result) {
    constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    constexpr std::size_t longest = 64;
    const Value* until = rule.value(usb_rule::until.key, Kind::moment, usb_rule::until.form);
    if (until != nullptr) {
        result.until = until->moment;
        if (!result.until)
            rule.problem(until->at, "usb.rule.until must be " + std::string(usb_rule::until.form));
    }
    if (auto unit = read_text(rule, usb_rule::unit, characters, longest)) result.unit = *unit;
}

void read_device_id(TableReader& rule, const RuleKey& key, std::optional<std::uint16_t>& id) {
    const Value* text = rule.value(key.key, Kind::text, key.form);
    if (text == nullptr) return;
    id = parse_hex<std::uint16_t>(text->text);
    if (!id) wrong(rule, key, *text);
}

constexpr std::string_view hex_characters = "0123456789abcdef";

std::string read_digest(TableReader& rule, const RuleKey& key, std::size_t digits) {
    auto text = read_text(rule, key, hex_characters, digits);
    if (!text) return {};
    if (text->size() == digits) return std::move(*text);
    wrong(rule, key, *rule.find(key.key));
    return {};
}

void read_identity(TableReader& rule, core::UsbRule& result) {
    constexpr std::size_t longest_serial =
        126;  // characters of a string descriptor, USB 2.0, 9.6.7
    read_device_id(rule, usb_rule::vendor, result.vendor);
    read_device_id(rule, usb_rule::product, result.product);
    if (auto serial = read_text(rule, usb_rule::serial, printable_characters, longest_serial))
        result.serial = std::move(*serial);
    result.serial_tag = {read_digest(rule, usb_rule::serial_tag, 16)};
    result.by_serial = rule.find(usb_rule::serial.key) != nullptr ||
                       rule.find(usb_rule::serial_tag.key) != nullptr;
    result.descriptors = read_digest(rule, usb_rule::descriptors, 64);
}

// "usb.rule.product says nothing without vendor", where the first is there and the second is not.
void needs(TableReader& rule, const RuleKey& key, std::initializer_list<RuleKey> others) {
    const Value* value = rule.find(key.key);
    if (value == nullptr) return;
    for (const RuleKey& other : others)
        if (rule.find(other.key) == nullptr)
            return rule.problem(value->at, rule.full_name(key.key) + " says nothing without " +
                                               std::string(other.key));
}

void excludes(TableReader& rule, const RuleKey& key, const RuleKey& other) {
    const Value* value = rule.find(key.key);
    if (value != nullptr && rule.find(other.key) != nullptr)
        rule.problem(value->at, rule.full_name(key.key) + " cannot stand beside " +
                                    std::string(other.key) + ", which says it already");
}

bool may_be_storage(const core::UsbClassPatterns& patterns) {
    return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [](const auto& each) {
               return !each.base || *each.base == core::usb_class::mass_storage;
           });
}

void check_hardware(TableReader& rule, const core::UsbRule& result) {
    if (!result.hardware_encrypted) return;
    const Value* flag = rule.find(usb_rule::hardware_encrypted.key);
    const std::string name = rule.full_name(usb_rule::hardware_encrypted.key);
    if (!result.vendor || !result.product || !result.by_serial)
        rule.problem(flag->at, name + " needs vendor, product and serial or serial_tag");
    else if (result.action == core::UsbRuleAction::block ||
             result.action == core::UsbRuleAction::read_only)
        rule.problem(flag->at, name + " says nothing where action is " +
                                   quoted(core::to_string(result.action)));
    else if (!may_be_storage(result.interface))
        rule.problem(flag->at, name + " speaks of storage, and the rule's interface is none");
}

// What a rule says twice, in vain or against itself.
void check_rule(TableReader& rule, const core::UsbRule& result) {
    using namespace usb_rule;
    needs(rule, product, {vendor});
    needs(rule, serial, {vendor, product});
    needs(rule, serial_tag, {vendor, product});
    excludes(rule, serial_tag, serial);
    excludes(rule, device_all_of, device_equals);
    excludes(rule, device_one_of, device_equals);
    needs(rule, until, {unit});
    needs(rule, unit, {until});
    check_hardware(rule, result);
    const Value* written = rule.find(action.key);
    if (written == nullptr) return;
    if (result.action == core::UsbRuleAction::read_only && !may_be_storage(result.interface))
        rule.problem(written->at,
                     "usb.rule.action \"read_only\" is for storage, and the rule's interface is "
                     "none");
    const Value* end = rule.find(until.key);
    if (end != nullptr && result.action == core::UsbRuleAction::block)
        rule.problem(end->at,
                     "usb.rule.until ends an allowance: it says nothing where action is "
                     "\"block\"");
}

class RuleReader {
  public:
    core::UsbRule operator()(TableReader& rule, const std::vector<core::UsbRule>&) {
        core::UsbRule result;
        read_rule_id(rule, ids_, result.id);
        read_patterns(rule, usb_rule::interface, result.interface);
        read_patterns(rule, usb_rule::device_all_of, result.device_all_of);
        read_patterns(rule, usb_rule::device_one_of, result.device_one_of);
        read_patterns(rule, usb_rule::device_equals, result.device_equals, true);
        read_identity(rule, result);
        read_place(rule, result);
        read_presence(rule, result);
        read_end(rule, result);
        rule.flag(usb_rule::hardware_encrypted.key, result.hardware_encrypted);
        rule.choice(usb_rule::action.key, result.action);
        require(rule, usb_rule::action);
        check_rule(rule, result);
        if (!last_.empty())
            rule.problem(rule.position(), "no interface comes so far: the rule " + quoted(last_) +
                                              " before it meets all of them");
        else if (names_nothing(rule) && result.action != core::UsbRuleAction::read_only)
            last_ = result.id.value;
        return result;
    }

  private:
    // Behind a rule that meets everything no other one decides.
    static bool names_nothing(const TableReader& rule) {
        return std::none_of(usb_rule::keys.begin(), usb_rule::keys.end(), [&](const RuleKey& key) {
            return key.key != usb_rule::action.key && key.key != rule_id.key &&
                   rule.find(key.key) != nullptr;
        });
    }

    std::unordered_set<std::string> ids_;
    std::string last_;  // the rule that meets everything
};

}  // namespace

void read_usb_rules(TableReader& usb, core::UsbRules& rules) {
    std::vector<core::UsbRule> read;
    read_rules(usb, usb_rule::table, read, RuleReader{});
    rules = core::UsbRules(std::move(read));
}

}  // namespace vaktpost::config
