// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/hold.h"

#include "agent/core/idle.h"
#include "agent/core/lock_records.h"

namespace vaktpost::core {
namespace {

constexpr Duration day = std::chrono::hours(24);

DeadlineId hold_deadline(const SeatName& seat) {
    return {DeadlineKind::hold, seat.value};
}

void notify_front(Context& context, const SeatName& seat, Notice notice,
                  std::optional<Instant> until) {
    for (const auto& [id, session] : context.state.sessions)
        if (session.info.seat == seat && session.info.active && is_guarded(session, context.policy))
            context.act(Notify{id, notice, {}, until, {}});
}

// The hold still works beyond the day's cap: the third resuscitation counts too.
void record_hold(Context& context, const Session& session, const Seat& seat) {
    const auto count = static_cast<std::int64_t>(seat.holds.size());
    const bool beyond = count > context.policy.session.hold_daily_cap;
    auto& record = context.append(EventType::session_hold,
                                  {{"reason", seat.hold_reason},
                                   {"minutes", to_ms(context.policy.session.hold_time) / 60'000},
                                   {"count", count},
                                   {"beyond_cap", beyond}});
    if (beyond) record.severity = Severity::urgent;
    describe(record, session);
}

}  // namespace

void on_hold_requested(Context& context, const HoldRequested& event) {
    const auto* found = find_session(context.state, event.id);
    if (found == nullptr) return;
    const auto& session = *found;
    if (session.info.seat.empty() || session.lock == LockState::locked ||
        !is_guarded(session, context.policy))
        return;
    const auto& name = session.info.seat;
    auto& seat = context.state.seats[name];
    std::erase_if(seat.holds, [&](Instant at) { return context.now - at >= day; });
    seat.holds.push_back(context.now);
    seat.hold_reason = event.reason;
    seat.hold_until = context.now + context.policy.session.hold_time;
    record_hold(context, session, seat);
    context.act(SetDeadline{hold_deadline(name), *seat.hold_until});
    note_presence(context, name);
    notify_front(context, name, Notice::hold, seat.hold_until);
    arm_idle(context, name);
}

void on_hold_deadline(Context& context, const SeatName& name) {
    auto& seat = context.state.seats[name];
    if (!seat.hold_until) return;
    seat.hold_until.reset();
    notify_front(context, name, Notice::hold_over, std::nullopt);
    arm_idle(context, name);
}

void end_hold(Context& context, const SeatName& name) {
    const auto found = context.state.seats.find(name);
    if (found == context.state.seats.end() || !found->second.hold_until) return;
    context.act(CancelDeadline{hold_deadline(name)});
    on_hold_deadline(context, name);
}

std::string hold_button(const Policy& policy) {
    const auto& reasons = policy.session.hold_reasons;
    return reasons.empty() ? std::string() : reasons.front();
}

}  // namespace vaktpost::core
