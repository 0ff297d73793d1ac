// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/policy_parser.h"

#include <array>
#include <map>
#include <string>

#include "config/account_rules.h"
#include "config/card_rules.h"
#include "config/document.h"
#include "config/list_reader.h"
#include "config/policy_check.h"
#include "config/policy_file.h"
#include "config/table_reader.h"
#include "config/usb_rules.h"

namespace vaktpost::config {
namespace {

using std::chrono::milliseconds;

// The dotted name of each section's table.
namespace table_of {
#define POLICY_SECTION(section, name, help) constexpr std::string_view section = name;
#define POLICY_CHOICE(section, member, key, Enum, initial, help)
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help)
#define POLICY_NEVER(section, member, key, least, most, help)
#define POLICY_FLAG(section, member, key, initial, help)
#define POLICY_COUNT(section, member, key, initial, least, most, help)
#define POLICY_CHOICES(section, member, key, Enum, help, ...)
#define POLICY_WORDS(section, member, key, help, ...)
#define POLICY_USB_IDS(section, member, key, help)
#define POLICY_PATTERNS(section, member, key, help)
#define POLICY_NAMES(section, member, key, help)
#define POLICY_END(section)
#include "agent/core/policy.def"
}  // namespace table_of

constexpr auto all_keys = std::to_array<KnownKey>({
    {"", policy_file::format_key},
    {"", policy_file::version_key},
#define POLICY_SECTION(section, name, help)
#define POLICY_CHOICE(section, member, key, Enum, initial, help) {table_of::section, key},
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help) \
    {table_of::section, key},
#define POLICY_NEVER(section, member, key, least, most, help) {table_of::section, key},
#define POLICY_FLAG(section, member, key, initial, help) {table_of::section, key},
#define POLICY_COUNT(section, member, key, initial, least, most, help) {table_of::section, key},
#define POLICY_CHOICES(section, member, key, Enum, help, ...) {table_of::section, key},
#define POLICY_WORDS(section, member, key, help, ...) {table_of::section, key},
#define POLICY_USB_IDS(section, member, key, help) {table_of::section, key},
#define POLICY_PATTERNS(section, member, key, help) {table_of::section, key},
#define POLICY_NAMES(section, member, key, help) {table_of::section, key},
#define POLICY_END(section)
#include "agent/core/policy.def"
});

// The readers of all tables by their dotted names. A table within another is a key of that one, so
// none may look for unknown keys before all have been read.
class Tables {
  public:
    explicit Tables(TableReader& top) : top_(top) {}

    TableReader& open(std::string_view name) {
        if (const auto found = readers_.find(name); found != readers_.end()) return found->second;
        const std::size_t dot = name.rfind('.');
        TableReader& holder = dot == std::string_view::npos ? top_ : open(name.substr(0, dot));
        const std::string_view key = dot == std::string_view::npos ? name : name.substr(dot + 1);
        return readers_.emplace(std::string(name), holder.table(key)).first->second;
    }

    void finish() {
        for (auto& [name, reader] : readers_) reader.finish();
        top_.finish();
    }

  private:
    TableReader& top_;
    std::map<std::string, TableReader, std::less<>> readers_;
};

void read_format(TableReader& top) {
    constexpr std::string_view form = "1, the one format there is";
    const Value* format = top.value(policy_file::format_key, Kind::integer, form);
    if (top.find(policy_file::format_key) == nullptr)
        return top.problem({}, "\"format = 1\" is missing");
    if (format != nullptr && format->integer != policy_file::format)
        top.problem(format->at, "format must be " + std::string(form) + ", not " +
                                    std::to_string(format->integer));
}

void read_version(TableReader& top, std::int64_t& version) {
    constexpr std::string_view form = "a whole number, 0 or more";
    const Value* number = top.value(policy_file::version_key, Kind::integer, form);
    if (number == nullptr) return;
    version = number->integer;
    if (version < 0)
        top.problem(number->at,
                    "version must be " + std::string(form) + ", not " + std::to_string(version));
}

void read_sections(Tables& tables, core::Policy& policy) {
#define POLICY_SECTION(section, name, help) \
    {                                       \
        TableReader& in = tables.open(name);
#define POLICY_CHOICE(section, member, key, Enum, initial, help) \
    in.choice(key, policy.section.member);
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help) \
    in.duration(key, {milliseconds(least), milliseconds(most)}, policy.section.member);
#define POLICY_NEVER(section, member, key, least, most, help) \
    in.duration(key, {milliseconds(least), milliseconds(most)}, policy.section.member);
#define POLICY_FLAG(section, member, key, initial, help) in.flag(key, policy.section.member);
#define POLICY_COUNT(section, member, key, initial, least, most, help) \
    in.count(key, least, most, policy.section.member);
#define POLICY_CHOICES(section, member, key, Enum, help, ...) \
    read_choices(in, key, policy.section.member);
#define POLICY_WORDS(section, member, key, help, ...) read_words(in, key, policy.section.member);
#define POLICY_USB_IDS(section, member, key, help) read_usb_ids(in, key, policy.section.member);
#define POLICY_PATTERNS(section, member, key, help) \
    read_interface_patterns(in, key, policy.section.member);
#define POLICY_NAMES(section, member, key, help) read_names(in, key, policy.section.member);
#define POLICY_END(section) }
#include "agent/core/policy.def"
}

}  // namespace

PolicyCheck check_policy(std::string_view text) {
    Document document = parse_document(text);
    PolicyCheck check;
    if (!document.problems.empty()) {
        check.problems = std::move(document.problems);
        return check;
    }
    Problems problems;
    TableReader top(document.root, {}, all_keys, problems);
    Tables tables(top);
    read_format(top);
    read_version(top, check.policy.version);
    read_sections(tables, check.policy);
    read_card_rules(tables.open(card_section), check.policy.card_rules);
    read_reader_rules(tables.open(card_section), check.policy.reader_rules);
    read_accounts(top, check.policy.accounts);
    read_usb_rules(tables.open(usb_rule::table.section), check.policy.usb_rules);
    tables.finish();
    check_consistency(document.root, check.policy, problems);
    check.problems = std::move(problems).sorted();
    return check;
}

core::Result<core::Policy> parse_policy(std::string_view text, std::string_view file_name) {
    PolicyCheck check = check_policy(text);
    if (!check.problems.empty()) return to_error(check.problems, file_name);
    return std::move(check.policy);
}

}  // namespace vaktpost::config
