// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/sleep.h"

#include <algorithm>

#include "agent/core/locking.h"

namespace vaktpost::core {
namespace {

// logind holds the suspend back for 5 s (logind.conf(5), InhibitDelayMaxSec).
constexpr Duration patience = std::chrono::milliseconds(4'500);

const DeadlineId sleep_deadline{DeadlineKind::sleep, {}};

void allow(Context& context) {
    auto& state = context.state;
    const bool locked = all_locked(state, context.policy);
    context.act(CancelDeadline{sleep_deadline});
    context.act(AllowSleep{});
    auto& record = context.append(
        EventType::host_sleeping,
        {{"locked", locked}, {"waited_ms", to_ms(context.now - *state.sleep_asked)}});
    if (!locked && context.policy.session.mode == Mode::enforce) record.severity = Severity::urgent;
    state.sleep_asked.reset();
    state.asleep = true;
}

}  // namespace

void on_sleep_coming(Context& context, const SleepComing&) {
    auto& state = context.state;
    if (state.sleep_asked || state.asleep) return;
    state.sleep_asked = context.now;
    context.act(SetDeadline{sleep_deadline, context.now + patience});
    for (auto& [id, session] : state.sessions)
        request_lock(context, session, LockTrigger::suspend, std::nullopt);
    check_sleep(context);
}

void check_sleep(Context& context) {
    const auto& state = context.state;
    if (!state.sleep_asked) return;
    const bool waiting =
        std::any_of(state.sessions.begin(), state.sessions.end(),
                    [](const auto& entry) { return entry.second.lock == LockState::requested; });
    if (!waiting) allow(context);
}

void on_sleep_deadline(Context& context) {
    if (context.state.sleep_asked) allow(context);
}

void on_sleep_over(Context& context, const SleepOver&) {
    auto& state = context.state;
    if (!state.asleep && !state.sleep_asked) return;
    if (state.sleep_asked) context.act(CancelDeadline{sleep_deadline});
    state.sleep_asked.reset();
    state.asleep = false;
    context.act(Reconcile{});
    context.append(EventType::host_resumed, {});
    for (const auto& [id, session] : state.sessions) offer_login(context, session);
}

}  // namespace vaktpost::core
