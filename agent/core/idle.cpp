// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/idle.h"

#include <algorithm>

#include "agent/core/cards.h"
#include "agent/core/hold.h"
#include "agent/core/locking.h"

namespace vaktpost::core {
namespace {

DeadlineId idle_deadline(const SeatName& seat) {
    return {DeadlineKind::idle, seat.value};
}
DeadlineId lock_deadline(const SeatName& seat) {
    return {DeadlineKind::idle_lock, seat.value};
}

bool idles(const Context& context, const Session& session, const SeatName& seat) {
    return session.info.seat == seat && is_guarded(session, context.policy) &&
           session.lock != LockState::locked && session.lock != LockState::requested;
}

// None: never.
OptionalDuration idle_time(const Policy& policy, const Session& session) {
    const auto& usual = policy.session.idle_lock;
    const auto& without_card = policy.without_card.idle_lock;
    if (!usual || !session.bound.empty() || !without_card) return usual;
    return std::min(*usual, *without_card);
}

// When this session is due, as far as is known now.
std::optional<Instant> lock_time(const Context& context, const Session& session,
                                 const SeatName& name) {
    if (!idles(context, session, name)) return std::nullopt;
    const auto& seat = context.state.seats[name];
    const auto time = idle_time(context.policy, session);
    if (!time) return std::nullopt;
    const auto at = seat.quiet_since + *time;
    return seat.hold_until ? std::max(at, *seat.hold_until + context.policy.session.idle_warning)
                           : at;
}

// The first of the seat's sessions that is due. None: nothing to lock.
std::optional<Instant> first_lock_time(const Context& context, const SeatName& name) {
    std::optional<Instant> first;
    for (const auto& [id, session] : context.state.sessions)
        if (const auto at = lock_time(context, session, name))
            first = first ? std::min(*first, *at) : *at;
    return first;
}

void notify_front(Context& context, const SeatName& name, Notice notice,
                  std::optional<Instant> until) {
    const auto button = until ? hold_button(context.policy) : std::string();
    for (const auto& [id, session] : context.state.sessions)
        if (idles(context, session, name) && session.info.active)
            context.act(Notify{id, notice, {}, until, button});
}

void notify_left_cards(Context& context, const SeatName& name) {
    for (const auto& [id, session] : context.state.sessions)
        if (idles(context, session, name) && session.info.active &&
            has_card_left(context.state, session))
            context.act(Notify{id, Notice::card_left, {}, std::nullopt});
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
    notify_front(context, name, Notice::idle_warning, lock_at);
    notify_left_cards(context, name);
}

void lock_due(Context& context, const SeatName& name) {
    for (auto& [id, session] : context.state.sessions) {
        const auto at = lock_time(context, session, name);
        if (at && *at <= context.now)
            request_lock(context, session, LockTrigger::idle, std::nullopt);
    }
}

void lock_seat(Context& context, const SeatName& name, Seat& seat) {
    end_warning(context, name, seat);
    if (!seat.observed) lock_due(context, name);
    if (context.policy.session.mode == Mode::observe) {
        seat.observed = true;
        seat.quiet_since = context.now;
    }
    arm_idle(context, name);
}

// Movement alone keeps a screen open only for so long: a jiggler never presses a key.
Instant counted_quiet_since(const Seat& seat, const Policy& policy) {
    const auto& cap = policy.session.movement_cap;
    const auto movement = cap ? std::min(seat.movement, seat.deliberate + *cap) : seat.movement;
    return std::max(seat.deliberate, movement);
}

}  // namespace

void arm_idle(Context& context, const SeatName& name) {
    if (name.empty()) return;
    auto& seat = context.state.seats[name];
    const auto lock_at = first_lock_time(context, name);
    if (!lock_at) {
        if (seat.phase == IdlePhase::off) return;
        end_warning(context, name, seat);
        seat.phase = IdlePhase::off;
        context.act(CancelDeadline{idle_deadline(name)});
        return;
    }
    end_warning(context, name, seat);
    seat.phase = IdlePhase::waiting;
    seat.due = *lock_at - context.policy.session.idle_warning;
    context.act(SetDeadline{idle_deadline(name), seat.due});
}

void shorten_idle(Context& context, const SeatName& name) {
    if (name.empty() || context.state.seats[name].phase != IdlePhase::waiting) return;
    const auto lock_at = first_lock_time(context, name);
    if (lock_at && *lock_at - context.policy.session.idle_warning < context.state.seats[name].due)
        arm_idle(context, name);
}

void follow_new_idle_time(Context& context, const SeatName& name) {
    const auto lock_at = first_lock_time(context, name);
    const auto earliest = context.now + context.policy.session.idle_warning;
    if (lock_at && *lock_at < earliest) {
        auto& quiet_since = context.state.seats[name].quiet_since;
        quiet_since = std::min(quiet_since + (earliest - *lock_at), context.now);
    }
    arm_idle(context, name);
}

void restart_idle(Context& context, const SeatName& name) {
    if (name.empty()) return;
    auto& seat = context.state.seats[name];
    seat.deliberate = std::max(seat.deliberate, context.now);
    seat.quiet_since = std::max(seat.quiet_since, context.now);
    seat.observed = false;
    arm_idle(context, name);
}

void on_activity_seen(Context& context, const ActivitySeen& event) {
    auto& seat = context.state.seats[event.seat];
    auto& newest = event.kind == ActivityKind::movement ? seat.movement : seat.deliberate;
    newest = std::max(newest, event.at);
    const auto quiet_since = counted_quiet_since(seat, context.policy);
    if (quiet_since <= seat.quiet_since) return;
    seat.quiet_since = quiet_since;
    seat.observed = false;
    if (seat.phase != IdlePhase::warning) return;
    notify_front(context, event.seat, Notice::idle_warning_over, std::nullopt);
    arm_idle(context, event.seat);
}

void note_presence(Context& context, const SeatName& seat) {
    on_activity_seen(context, {seat, context.now, ActivityKind::deliberate});
}

void on_idle_deadline(Context& context, const SeatName& name) {
    auto& seat = context.state.seats[name];
    if (seat.phase != IdlePhase::waiting) return;
    const auto lock_at = first_lock_time(context, name);
    if (!lock_at) return arm_idle(context, name);
    if (*lock_at <= context.now)
        lock_seat(context, name, seat);  // also after a sleep longer than the idle time
    else if (*lock_at - context.policy.session.idle_warning > context.now)
        arm_idle(context, name);  // somebody was active meanwhile
    else
        start_warning(context, name, seat, *lock_at);
}

void on_idle_lock_deadline(Context& context, const SeatName& name) {
    auto& seat = context.state.seats[name];
    if (seat.phase == IdlePhase::warning) lock_seat(context, name, seat);
}

}  // namespace vaktpost::core
