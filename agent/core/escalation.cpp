// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/escalation.h"

#include <algorithm>

namespace vaktpost::core {
namespace {

bool has(const std::vector<LockStep>& steps, LockStep step) {
    return std::find(steps.begin(), steps.end(), step) != steps.end();
}

// Curtain and login screen take the whole seat: over a session in the background they would cover
// another user's.
bool can_take(const Session& session, LockStep step) {
    const auto kind = session.info.session_class;
    switch (step) {
        case LockStep::ask:
        case LockStep::ask_again:
            return kind != SessionClass::text;
        case LockStep::own_locker:
            return kind == SessionClass::graphical;
        case LockStep::curtain:
        case LockStep::greeter:
            return session.info.active && !session.info.seat.empty();
        case LockStep::end_session:
            break;
    }
    return true;
}

}  // namespace

std::optional<LockStep> first_step(const Session& session, const Policy& policy,
                                   LockTrigger trigger) {
    if (session.info.session_class == SessionClass::text) {
        if (policy.session.text_lock == TextLock::end) return LockStep::end_session;
        if (can_take(session, LockStep::curtain)) return LockStep::curtain;
        return std::nullopt;
    }
    // Its own programs have failed to lock it, and now it is in full view; or logind went away
    // under it, and what they draw may be seen by nobody.
    const bool distrusted = trigger == LockTrigger::foreground || session.shaken;
    if (distrusted && has(policy.session.escalation, LockStep::curtain) &&
        can_take(session, LockStep::curtain))
        return LockStep::curtain;
    return LockStep::ask;
}

std::optional<LockStep> next_step(Session& session, const Policy& policy) {
    const auto& steps = policy.session.escalation;
    auto& next = session.attempt.next;
    while (next < steps.size()) {
        const auto step = steps[next++];
        if (step != session.attempt.step && can_take(session, step)) return step;
    }
    return std::nullopt;
}

}  // namespace vaktpost::core
