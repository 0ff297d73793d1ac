// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/policy_parser.h"

#include <array>
#include <string>

#include "config/document.h"
#include "config/duration_text.h"
#include "config/policy_file.h"
#include "config/table_reader.h"
#include "config/usb_rules.h"

namespace vaktpost::config {
namespace {

using std::chrono::milliseconds;

constexpr auto all_keys = std::to_array<std::string_view>({
    policy_file::format_key,
    policy_file::version_key,
#define POLICY_SECTION(section, help)
#define POLICY_CHOICE(section, member, key, Enum, initial, help) #section "." key,
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help) #section "." key,
#define POLICY_FLAG(section, member, key, initial, help) #section "." key,
#define POLICY_END(section)
#include "agent/core/policy.def"
});

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

void read_sections(TableReader& top, core::Policy& policy) {
#define POLICY_SECTION(section, help) \
    {                                 \
        TableReader in = top.table(#section);
#define POLICY_CHOICE(section, member, key, Enum, initial, help) \
    in.choice(key, policy.section.member);
#define POLICY_DURATION(section, member, key, Type, initial, least, most, help) \
    in.duration(key, {milliseconds(least), milliseconds(most)}, policy.section.member);
#define POLICY_FLAG(section, member, key, initial, help) in.flag(key, policy.section.member);
#define POLICY_END(section)                                       \
    if (std::string_view(#section) == policy_file::rules_section) \
        read_usb_rules(in, policy.usb_rules);                     \
    in.finish();                                                  \
    }
#include "agent/core/policy.def"
}

// The warning is counted back from the lock: one as long as the idle time would stand on the screen
// for ever.
void check_idle(const TableReader& top, const core::Policy& policy, Problems& problems) {
    const auto& session = policy.session;
    if (!session.idle_lock || session.idle_warning < *session.idle_lock) return;
    Position at;
    if (const Value* table = top.find("session"))
        for (const Entry& entry : table->table)
            if (entry.key == "idle_warning" || entry.key == "idle_lock")
                at = std::max(at, entry.value.at);
    const auto text = [](core::Duration duration) {
        return duration_text(std::chrono::duration_cast<milliseconds>(duration));
    };
    problems.add(at, "session.idle_warning (" + text(session.idle_warning) +
                         ") must be shorter than session.idle_lock (" + text(*session.idle_lock) +
                         ")");
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
    read_format(top);
    read_version(top, check.policy.version);
    read_sections(top, check.policy);
    check_idle(top, check.policy, problems);
    top.finish();
    check.problems = std::move(problems).sorted();
    return check;
}

core::Result<core::Policy> parse_policy(std::string_view text, std::string_view file_name) {
    PolicyCheck check = check_policy(text);
    if (!check.problems.empty()) return to_error(check.problems, file_name);
    return std::move(check.policy);
}

}  // namespace vaktpost::config
