// SPDX-License-Identifier: GPL-3.0-or-later
#include <functional>

#include "tests/scenario/arguments.h"
#include "tests/scenario/vocabulary.h"

namespace vaktpost::scenario {
namespace {

using namespace core;

template <HasWords Enum>
void set(Enum& member, const std::string& value) {
    member = Arguments::to_enum<Enum>(value);
}
void set(Duration& member, const std::string& value) {
    member = parse_duration(value);
}
void set(OptionalDuration& member, const std::string& value) {
    if (value == "never")
        member.reset();
    else
        member = parse_duration(value);
}
void set(bool& member, const std::string& value) {
    member = value == "true";
}

const std::map<std::string, std::function<void(Policy&, const std::string&)>>& setters() {
    static const std::map<std::string, std::function<void(Policy&, const std::string&)>> table{
#define POLICY_SECTION(section, help)
#define POLICY_KEY(section, member, key) \
    {#section "." key,                   \
     [](Policy& policy, const std::string& value) { set(policy.section.member, value); }},
#define POLICY_CHOICE(section, member, key, Enum, initial, help) POLICY_KEY(section, member, key)
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help) \
    POLICY_KEY(section, member, key)
#define POLICY_FLAG(section, member, key, initial, help) POLICY_KEY(section, member, key)
#define POLICY_END(section)
#include "agent/core/policy.def"
#undef POLICY_KEY
    };
    return table;
}

std::optional<std::uint8_t> pattern_byte(const std::string& text) {
    if (text == "*") return std::nullopt;
    return static_cast<std::uint8_t>(std::stoul(text, nullptr, 16));
}

UsbRule parse_rule(const std::vector<std::string>& words) {
    Arguments arguments(words);
    UsbRule rule;
    rule.id = {arguments.text("id")};
    rule.action = arguments.word<UsbRuleAction>("action");
    if (arguments.has("interface")) {
        const auto bytes = split(arguments.text("interface"), ':');
        rule.interface.push_back(
            {pattern_byte(bytes.at(0)), pattern_byte(bytes.at(1)), pattern_byte(bytes.at(2))});
    }
    if (arguments.has("vendor"))
        rule.vendor = static_cast<std::uint16_t>(arguments.number_or("vendor", 0, 16));
    if (arguments.has("product"))
        rule.product = static_cast<std::uint16_t>(arguments.number_or("product", 0, 16));
    return rule;
}

}  // namespace

void apply_policy(core::Policy& policy, const std::vector<std::string>& words) {
    if (!words.empty() && words[0] == "usb.rule") {
        policy.usb_rules.push_back(parse_rule({words.begin() + 1, words.end()}));
        return;
    }
    if (words.size() != 3 || words[1] != "=") throw BadLine("policy KEY = VALUE");
    const auto setter = setters().find(words[0]);
    if (setter == setters().end()) throw BadLine("no such key: " + words[0]);
    setter->second(policy, words[2]);
}

}  // namespace vaktpost::scenario
