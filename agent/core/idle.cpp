// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/idle.h"

#include <algorithm>

#include "agent/core/locking.h"

namespace vaktpost::core {
namespace {

DeadlineId idle_deadline(const SeatName& seat) {
    return {DeadlineKind::idle, seat.value};
}
DeadlineId lock_deadline(const SeatName& seat) {
    return {DeadlineKind::idle_lock, seat.value};
}

bool idles(const Session& session, const SeatName& seat) {
    return session.info.seat == seat && is_guarded(session) && session.lock != LockState::locked &&
           session.lock != LockState::requested;
}

bool anyone_to_lock(const State& state, const SeatName& seat) {
    return std::any_of(state.sessions.begin(), state.sessions.end(),
                       [&](const auto& entry) { return idles(entry.second, seat); });
}

void notify_all(Context& context, const SeatName& name, Notice notice,
                std::optional<Instant> until) {
    for (const auto& [id, session] : context.state.sessions)
        if (idles(session, name) && session.info.active) context.act(Notify{id, notice, {}, until});
}

void end_warning(Context& context, const SeatName& name, Seat& seat) {
    if (seat.phase != IdlePhase::warning) return;
    seat.phase = IdlePhase::waiting;
    context.act(WatchActivity{false});
    context.act(CancelDeadline{lock_deadline(name)});
}

void start_warning(Context& context, const SeatName& name, Seat& seat, Instant lock_at) {
    seat.phase = IdlePhase::warning;
    context.act(WatchActivity{true});
    context.act(SetDeadline{lock_deadline(name), lock_at});
    notify_all(context, name, Notice::idle_warning, lock_at);
}

void lock_seat(Context& context, const SeatName& name, Seat& seat) {
    end_warning(context, name, seat);
    const bool record_again = !seat.observed;
    for (auto& [id, session] : context.state.sessions)
        if (idles(session, name) && record_again)
            request_lock(context, session, LockTrigger::idle, std::nullopt);
    if (context.policy.session.mode == Mode::observe) {
        seat.observed = true;
        seat.quiet_since = context.now;
    }
    arm_idle(context, name);
}

}  // namespace

void arm_idle(Context& context, const SeatName& name) {
    if (name.empty()) return;
    auto& seat = context.state.seats[name];
    const auto& rules = context.policy.session;
    if (!rules.idle_lock || !anyone_to_lock(context.state, name)) {
        if (seat.phase == IdlePhase::off) return;
        end_warning(context, name, seat);
        seat.phase = IdlePhase::off;
        context.act(CancelDeadline{idle_deadline(name)});
        return;
    }
    end_warning(context, name, seat);
    seat.phase = IdlePhase::waiting;
    context.act(
        SetDeadline{idle_deadline(name), seat.quiet_since + *rules.idle_lock - rules.idle_warning});
}

void restart_idle(Context& context, const SeatName& name) {
    if (name.empty()) return;
    auto& seat = context.state.seats[name];
    seat.quiet_since = std::max(seat.quiet_since, context.now);
    seat.observed = false;
    arm_idle(context, name);
}

void on_activity_seen(Context& context, const ActivitySeen& event) {
    auto& seat = context.state.seats[event.seat];
    if (event.at <= seat.quiet_since) return;
    seat.quiet_since = event.at;
    seat.observed = false;
    if (seat.phase != IdlePhase::warning) return;
    notify_all(context, event.seat, Notice::idle_warning_over, std::nullopt);
    arm_idle(context, event.seat);
}

void on_idle_deadline(Context& context, const SeatName& name) {
    auto& seat = context.state.seats[name];
    const auto& rules = context.policy.session;
    if (seat.phase != IdlePhase::waiting || !rules.idle_lock) return;
    const auto lock_at = seat.quiet_since + *rules.idle_lock;
    if (lock_at <= context.now)
        lock_seat(context, name, seat);  // also after a sleep longer than the idle time
    else if (lock_at - rules.idle_warning > context.now)
        arm_idle(context, name);  // somebody was active meanwhile
    else
        start_warning(context, name, seat, lock_at);
}

void on_idle_lock_deadline(Context& context, const SeatName& name) {
    auto& seat = context.state.seats[name];
    if (seat.phase == IdlePhase::warning) lock_seat(context, name, seat);
}

}  // namespace vaktpost::core
