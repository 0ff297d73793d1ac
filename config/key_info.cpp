// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/key_info.h"

#include <type_traits>

#include "agent/core/policy.h"
#include "config/command.h"
#include "config/duration_text.h"
#include "config/list_reader.h"
#include "config/policy_file.h"
#include "config/quote.h"
#include "config/settings.h"

namespace vaktpost::config {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view or_never = ", or \"never\"";

template <class Enum>
KeyInfo choice(std::string_view key, Enum initial, std::string_view help) {
    return {key, choices(core::Words<Enum>::table), quoted(core::to_string(initial)), help};
}

std::string range(milliseconds least, milliseconds most) {
    return quoted(duration_text(least)) + " to " + quoted(duration_text(most));
}

template <class Type>
KeyInfo duration(std::string_view key, milliseconds initial, milliseconds least, milliseconds most,
                 std::string_view help) {
    std::string allowed = range(least, most);
    if constexpr (std::is_same_v<Type, core::OptionalDuration>) allowed += or_never;
    return {key, std::move(allowed), quoted(duration_text(initial)), help};
}

KeyInfo never(std::string_view key, milliseconds least, milliseconds most, std::string_view help) {
    return {key, range(least, most) + std::string(or_never), quoted(never_word), help};
}

KeyInfo flag(std::string_view key, bool initial, std::string_view help) {
    return {key, "true or false", initial ? "true" : "false", help};
}

KeyInfo count(std::string_view key, std::int64_t initial, std::int64_t least, std::int64_t most,
              std::string_view help) {
    return {key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most),
            std::to_string(initial), help};
}

template <class Texts>
std::string list_text(const Texts& texts) {
    std::string list;
    for (const auto& text : texts) list += (list.empty() ? "" : ", ") + quoted(text);
    return "[" + list + "]";
}

template <class Enum>
KeyInfo choices_list(std::string_view key, const std::vector<Enum>& initial,
                     std::string_view help) {
    std::vector<std::string_view> words;
    words.reserve(initial.size());
    for (const Enum each : initial) words.push_back(core::to_string(each));
    return {key, choices_form(listed_words<Enum>()).list, list_text(words), help};
}

KeyInfo labels(std::string_view key, std::string_view help) {
    return {key,
            "a list of at most " + std::to_string(most_labels) + " texts, each 1 to " +
                std::to_string(longest_label) + " of a-z, 0-9 and \"-\"",
            "[]", help};
}

KeyInfo command(std::string_view key, const std::vector<std::string>& initial,
                std::string_view help) {
    return {key, std::string(command_form), list_text(initial), help};
}

}  // namespace

std::vector<SectionInfo> policy_sections() {
    std::vector<SectionInfo> sections{
        {"",
         "",
         {{policy_file::format_key, "always 1, and always there",
           std::to_string(policy_file::format), policy_file::format_help},
          {policy_file::version_key, "a whole number, 0 or more", "0",
           policy_file::version_help}}}};
    const core::Policy initial_policy;
#define POLICY_SECTION(section, name, help) sections.push_back({name, help, {}});
#define POLICY_CHOICE(section, member, key, Enum, initial, help) \
    sections.back().keys.push_back(choice(key, core::Enum::initial, help));
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help) \
    sections.back().keys.push_back(duration<core::Type>(                        \
        key, milliseconds(initial), milliseconds(least), milliseconds(most), help));
#define POLICY_NEVER(section, member, key, least, most, help) \
    sections.back().keys.push_back(never(key, milliseconds(least), milliseconds(most), help));
#define POLICY_COUNT(section, member, key, initial, least, most, help) \
    sections.back().keys.push_back(count(key, initial, least, most, help));
#define POLICY_CHOICES(section, member, key, Enum, help, ...) \
    sections.back().keys.push_back(choices_list(key, initial_policy.section.member, help));
#define POLICY_WORDS(section, member, key, help, ...) \
    sections.back().keys.push_back(                   \
        {key, words_form().list, list_text(initial_policy.section.member), help});
#define POLICY_USB_IDS(section, member, key, help) \
    sections.back().keys.push_back({key, usb_ids_form().list, "[]", help});
#define POLICY_PATTERNS(section, member, key, help) \
    sections.back().keys.push_back({key, interface_patterns_form().list, "[]", help});
#define POLICY_NAMES(section, member, key, help) \
    sections.back().keys.push_back({key, names_form().list, "[]", help});
#define POLICY_FLAG(section, member, key, initial, help) \
    sections.back().keys.push_back(flag(key, initial, help));
#define POLICY_END(section)
#include "agent/core/policy.def"
    return sections;
}

std::vector<SectionInfo> settings_sections() {
    std::vector<SectionInfo> sections{{"", "", {}}};
    const Settings initial_settings;
#define SETTING_HOST(member, key, help) \
    sections.back().keys.push_back({key, "letters, digits, \"-\" and \".\"", "\"\"", help});
#define SETTING_LABELS(member, key, help) sections.back().keys.push_back(labels(key, help));
#define SETTINGS_SECTION(section, help) sections.push_back({#section, help, {}});
#define SETTING_CHOICE(section, member, key, Enum, initial, help) \
    sections.back().keys.push_back(choice(key, Enum::initial, help));
#define SETTING_COMMAND(section, member, key, help, ...) \
    sections.back().keys.push_back(command(key, initial_settings.section.member, help));
#define SETTING_KEYS(section, member, key, help) \
    sections.back().keys.push_back({key, public_keys_form().list, "[]", help});
#define SETTING_DURATION(section, member, key, initial, least, most, help) \
    sections.back().keys.push_back(duration<core::Duration>(               \
        key, milliseconds(initial), milliseconds(least), milliseconds(most), help));
#define SETTING_RECEIVERS(section, member, key, help) \
    sections.back().keys.push_back({key, receivers_form().list, "[]", help});
#define SETTING_FILE(section, member, key, initial, help) \
    sections.back().keys.push_back({key, "a file's absolute path", quoted(initial), help});
#define SETTING_PROXY(section, member, key, help) \
    sections.back().keys.push_back({key, std::string(proxy_form), "\"\"", help});
#define SETTINGS_END(section)
#include "config/settings.def"
    return sections;
}

}  // namespace vaktpost::config
