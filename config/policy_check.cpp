// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/policy_check.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "config/duration_text.h"

namespace vaktpost::config {
namespace {

const Value* find(const Value* table, std::string_view key) {
    if (table == nullptr) return nullptr;
    const auto entry = std::find_if(table->table.begin(), table->table.end(),
                                    [&](const Entry& each) { return each.key == key; });
    return entry == table->table.end() ? nullptr : &entry->value;
}

// Where the last of them stands; the first line where none does.
Position last_of(std::initializer_list<const Value*> values) {
    Position at;
    for (const Value* value : values)
        if (value != nullptr) at = std::max(at, value->at);
    return at;
}

std::string text_of(core::Duration duration) {
    return duration_text(std::chrono::duration_cast<std::chrono::milliseconds>(duration));
}

// The warning is counted back from the lock: one as long as the idle time would stand on the screen
// for ever.
void check_idle(const Value* session, const core::Policy& policy, Problems& problems) {
    const core::Duration warning = policy.session.idle_warning;
    const auto check = [&](const core::OptionalDuration& idle, const Value* table,
                           const std::string& name) {
        if (!idle || warning < *idle) return;
        problems.add(last_of({find(session, "idle_warning"), find(table, "idle_lock")}),
                     "session.idle_warning (" + text_of(warning) + ") must be shorter than " +
                         name + " (" + text_of(*idle) + ")");
    };
    check(policy.session.idle_lock, session, "session.idle_lock");
    check(policy.without_card.idle_lock, find(session, "without_card"),
          "session.without_card.idle_lock");
}

// Behind it there is no session left to lock.
void check_escalation(const Value* session, const core::Policy& policy, Problems& problems) {
    const auto& steps = policy.session.escalation;
    const auto end = std::find(steps.begin(), steps.end(), core::LockStep::end_session);
    if (end == steps.end() || end + 1 == steps.end()) return;
    problems.add(last_of({find(session, "escalation")}),
                 "\"end_session\" must be the last step of session.escalation");
}

// What plain media may do without being anybody's, encrypted ones should not have to be enrolled
// for.
void check_media(const Value* media, const core::Policy& policy, Problems& problems) {
    if (policy.media.require != core::MediaRequirement::enrolled ||
        policy.media.unencrypted != core::PlainMediaRule::allow)
        return;
    problems.add(last_of({find(media, "require"), find(media, "unencrypted")}),
                 "media.require \"enrolled\" is of no use where media.unencrypted is \"allow\"");
}

}  // namespace

void check_consistency(const Value& root, const core::Policy& policy, Problems& problems) {
    const Value* session = find(&root, "session");
    check_idle(session, policy, problems);
    check_escalation(session, policy, problems);
    check_media(find(&root, "media"), policy, problems);
}

}  // namespace vaktpost::config
