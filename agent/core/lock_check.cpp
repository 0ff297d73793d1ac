// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/lock_check.h"

#include <algorithm>
#include <utility>

#include "agent/core/lock_records.h"
#include "agent/core/usb_rules.h"

namespace vaktpost::core {
namespace {

// A dock or a switch gives a keyboard back within seconds.
constexpr Duration swap_time = std::chrono::seconds(10);

DeadlineId way_back_deadline(const SeatName& seat) {
    return {DeadlineKind::way_back, seat.value};
}

// A locked session has nothing to lose meanwhile: it is looked at again when it is unlocked.
bool matters(const Context& context, const Session& session, const SeatName& seat) {
    return session.info.seat == seat && session.lock != LockState::locked &&
           is_guarded(session, context.policy);
}

void record_check(Context& context, const Session& session) {
    auto& record = context.append(EventType::session_lock_check,
                                  {{"means", word(session.means.value_or(LockMeans::none))},
                                   {"way_back", !session.no_way_back}});
    if (session.means == LockMeans::none) record.severity = Severity::warning;
    describe(record, session);
}

void record_no_way_back(Context& context, Session& session) {
    session.no_way_back = true;
    auto& record = context.append(EventType::session_no_way_back,
                                  {{"needs", word(context.policy.session.unlock_needs)}});
    describe(record, session);
    context.act(Notify{session.info.id, Notice::no_way_back, short_code(record.seq), std::nullopt});
}

}  // namespace

void on_lock_checked(Context& context, const LockChecked& event) {
    auto* found = find_session(context.state, event.id);
    if (found == nullptr) return;
    auto& session = *found;
    if (session.means == event.means || !is_guarded(session, context.policy)) return;
    session.means = event.means;
    record_check(context, session);
}

void check_ways_back(Context& context, const SeatName& seat) {
    bool missing = false;
    for (auto& [id, session] : context.state.sessions) {
        if (!matters(context, session, seat)) continue;
        if (!has_way_back(context.state, context.policy, session)) {
            missing = missing || !session.no_way_back;
        } else if (session.no_way_back) {
            session.no_way_back = false;
            record_check(context, session);
        }
    }
    auto& watched = context.state.seats[seat].way_back_missing;
    if (missing == watched) return;
    watched = missing;
    if (missing)
        context.act(SetDeadline{way_back_deadline(seat), context.now + swap_time});
    else
        context.act(CancelDeadline{way_back_deadline(seat)});
}

void on_way_back_deadline(Context& context, const SeatName& seat) {
    context.state.seats[seat].way_back_missing = false;
    for (auto& [id, session] : context.state.sessions)
        if (matters(context, session, seat) && !session.no_way_back &&
            !has_way_back(context.state, context.policy, session))
            record_no_way_back(context, session);
}

void on_input_changed(Context& context, const InputChanged& event) {
    auto& seat = context.state.seats[event.seat];
    seat.keyboard = event.keyboard;
    seat.touch = event.touch;
    check_ways_back(context, event.seat);
    // Beside a built-in keyboard one on USB is not the only one.
    if (std::exchange(seat.built_in_keyboard, event.built_in) != event.built_in)
        rejudge_usb(context);
}

}  // namespace vaktpost::core
