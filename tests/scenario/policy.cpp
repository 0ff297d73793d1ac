// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
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
void set(std::int64_t& member, const std::string& value) {
    member = std::stoll(value);
}
// Lists: "a,b,c"
template <HasWords Enum>
void set(std::vector<Enum>& member, const std::string& value) {
    member.clear();
    for (const auto& word : split(value, ',')) member.push_back(Arguments::to_enum<Enum>(word));
}
void set(std::vector<std::string>& member, const std::string& value) {
    member = split(value, ',');
}
void set(std::vector<UsbId>& member, const std::string& value) {
    member.clear();
    for (const auto& id : split(value, ',')) {
        const auto numbers = split(id, ':');
        const auto number = [&](std::size_t i) {
            return static_cast<std::uint16_t>(std::stoul(numbers.at(i), nullptr, 16));
        };
        member.push_back({number(0), number(1)});
    }
}

using Setter = std::function<void(Policy&, const std::string&)>;

// By table and key.
const std::map<std::string, std::map<std::string, Setter>>& setters() {
    static const std::map<std::string, std::map<std::string, Setter>> table{
#define POLICY_SECTION(section, name, help) {name, {
#define POLICY_KEY(section, member, key) \
    {key, [](Policy& policy, const std::string& value) { set(policy.section.member, value); }},
#define POLICY_CHOICE(section, member, key, Enum, initial, help) POLICY_KEY(section, member, key)
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help) \
    POLICY_KEY(section, member, key)
#define POLICY_NEVER(section, member, key, least, most, help) POLICY_KEY(section, member, key)
#define POLICY_FLAG(section, member, key, initial, help) POLICY_KEY(section, member, key)
#define POLICY_COUNT(section, member, key, initial, least, most, help) \
    POLICY_KEY(section, member, key)
#define POLICY_CHOICES(section, member, key, Enum, help, ...) POLICY_KEY(section, member, key)
#define POLICY_WORDS(section, member, key, help, ...) POLICY_KEY(section, member, key)
#define POLICY_USB_IDS(section, member, key, help) POLICY_KEY(section, member, key)
#define POLICY_PATTERNS(section, member, key, help) POLICY_KEY(section, member, key)
#define POLICY_NAMES(section, member, key, help) POLICY_KEY(section, member, key)
#define POLICY_END(section) \
    }                       \
    }                       \
    ,
#include "agent/core/policy.def"
#undef POLICY_KEY
    };
    return table;
}

// "session.remote.on_card_removal"
const Setter& setter(const std::string& name) {
    const auto dot = name.rfind('.');
    if (dot != std::string::npos) {
        const auto table = setters().find(name.substr(0, dot));
        if (table != setters().end()) {
            const auto key = table->second.find(name.substr(dot + 1));
            if (key != table->second.end()) return key->second;
        }
    }
    throw BadLine("no such key: " + name);
}

std::optional<std::uint8_t> pattern_byte(const std::string& text) {
    if (text == "*") return std::nullopt;
    return static_cast<std::uint8_t>(std::stoul(text, nullptr, 16));
}

// "mon+07:00+9h"
WeekSpan parse_week_span(const std::string& text) {
    constexpr auto days =
        std::to_array<std::string_view>({"mon", "tue", "wed", "thu", "fri", "sat", "sun"});
    const auto pieces = split(text, '+');
    const auto day = std::find(days.begin(), days.end(), pieces.at(0));
    const auto clock = split(pieces.at(1), ':');
    return {(day - days.begin()) * minutes_of_day + std::stol(clock.at(0)) * 60 +
                std::stol(clock.at(1)),
            std::chrono::duration_cast<std::chrono::minutes>(parse_duration(pieces.at(2))).count()};
}

// "08:*:*,03:01:01"
UsbClassPatterns parse_patterns(const std::string& text) {
    UsbClassPatterns patterns;
    for (const auto& piece : split(text, ',')) {
        const auto bytes = split(piece, ':');
        patterns.push_back(
            {pattern_byte(bytes.at(0)), pattern_byte(bytes.at(1)), pattern_byte(bytes.at(2))});
    }
    return patterns;
}

UsbRule parse_usb_rule(const std::vector<std::string>& words) {
    Arguments arguments(words);
    UsbRule rule;
    rule.id = {arguments.text("id")};
    rule.action = arguments.word<UsbRuleAction>("action");
    rule.interface = parse_patterns(arguments.text_or("interface", ""));
    rule.device_all_of = parse_patterns(arguments.text_or("device_all_of", ""));
    rule.device_one_of = parse_patterns(arguments.text_or("device_one_of", ""));
    rule.device_equals = parse_patterns(arguments.text_or("device_equals", ""));
    if (arguments.has("vendor"))
        rule.vendor = static_cast<std::uint16_t>(arguments.number_or("vendor", 0, 16));
    if (arguments.has("product"))
        rule.product = static_cast<std::uint16_t>(arguments.number_or("product", 0, 16));
    rule.by_serial = arguments.has("serial");
    rule.serial_tag = {arguments.text_or("serial", "")};
    rule.descriptors = arguments.text_or("descriptors", "");
    rule.port = split(arguments.text_or("port", ""), ',');
    for (const auto& type : split(arguments.text_or("connect_type", ""), ','))
        rule.connect_type.push_back(Arguments::to_enum<ConnectType>(type));
    rule.user = split(arguments.text_or("user", ""), ',');
    rule.group = split(arguments.text_or("group", ""), ',');
    if (arguments.has("screen")) rule.screen = arguments.word<ScreenState>("screen");
    for (const auto& span : split(arguments.text_or("time", ""), ','))
        rule.time.push_back(parse_week_span(span));
    if (arguments.has("until")) rule.until = parse_utc(arguments.text("until"));
    rule.unit = arguments.text_or("unit", "");
    rule.hardware_encrypted = arguments.flag("hardware_encrypted");
    return rule;
}

CardRule parse_card_rule(const std::vector<std::string>& words) {
    Arguments arguments(words);
    return {{arguments.text("id")},
            arguments.text_or("reader", "*"),
            arguments.text_or("atr", "*"),
            arguments.word<CardRole>("role")};
}

ReaderRule parse_reader_rule(const std::vector<std::string>& words) {
    Arguments arguments(words);
    return {arguments.text("reader"),
            parse_duration(arguments.text_or("debounce", "0s")),
            {arguments.text_or("seat", "seat0")}};
}

AccountRule parse_account(const std::vector<std::string>& words) {
    Arguments arguments(words);
    return {arguments.text("user"), arguments.word<AccountKind>("kind"),
            split(arguments.text_or("hosts", ""), ','),
            split(arguments.text_or("sign_out", ""), ',')};
}

// Lines that add a table of a list. False: it is none of them.
bool add_table(Policy& policy, const std::string& name, const std::vector<std::string>& words) {
    if (name == "usb.rule")
        policy.usb_rules.push_back(parse_usb_rule(words));
    else if (name == "card.rule")
        policy.card_rules.push_back(parse_card_rule(words));
    else if (name == "card.reader")
        policy.reader_rules.push_back(parse_reader_rule(words));
    else if (name == "media.retired_tag")
        policy.retired_tags.push_back({words.at(0)});
    else if (name == "account")
        policy.accounts.push_back(parse_account(words));
    else
        return false;
    return true;
}

}  // namespace

void apply_policy(core::Policy& policy, const std::vector<std::string>& words) {
    if (!words.empty() && add_table(policy, words[0], {words.begin() + 1, words.end()})) return;
    if (words.size() != 3 || words[1] != "=") throw BadLine("policy KEY = VALUE");
    setter(words[0])(policy, words[2]);
}

}  // namespace vaktpost::scenario
