// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/sessions.h"

#include <algorithm>

#include "agent/core/cards.h"
#include "agent/core/idle.h"
#include "agent/core/lock_check.h"
#include "agent/core/lock_records.h"
#include "agent/core/locking.h"
#include "agent/core/presence.h"
#include "agent/core/sleep.h"

namespace vaktpost::core {
namespace {

DeadlineId left_behind_deadline(const Session& session) {
    return {DeadlineKind::left_behind, session.info.id.value};
}

bool is_approved(const AccountRule& account, const std::string& here) {
    const auto& hosts = account.hosts;
    return hosts.empty() || std::any_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
               return matches_pattern(host, here);
           });
}

void check_account(Context& context, Session& session) {
    const auto account = context.policy.account(session.info.user);
    const bool known =
        std::exchange(session.not_approved, !is_approved(account, context.state.host));
    if (known || !session.not_approved) return;
    auto& record =
        context.append(EventType::session_not_approved, {{"account", word(account.kind)}});
    describe(record, session);
}

void leave_behind(Context& context, Session& session, std::optional<Seq> cause) {
    request_lock(context, session, LockTrigger::handover, cause);
    if (std::exchange(session.left_behind, true)) return;
    auto& record =
        context.append(EventType::session_left_behind,
                       {{"account", word(context.policy.account(session.info.user).kind)}});
    record.cause = cause;
    describe(record, session);
    if (const auto& limit = context.policy.session.end_left_behind)
        context.act(SetDeadline{left_behind_deadline(session), context.now + *limit});
}

void come_back(Context& context, Session& session) {
    if (!std::exchange(session.left_behind, false)) return;
    if (context.policy.session.end_left_behind)
        context.act(CancelDeadline{left_behind_deadline(session)});
}

// Somebody works on this seat now: whoever else has a session there has left it.
void take_over_seat(Context& context, Session& front, std::optional<Seq> cause) {
    if (!front.info.active || front.info.seat.empty() || !has_screen(front.info)) return;
    come_back(context, front);
    for (auto& [id, session] : context.state.sessions)
        if (session.info.seat == front.info.seat && session.info.uid != front.info.uid &&
            has_screen(session.info) && is_guarded(session, context.policy))
            leave_behind(context, session, cause);
}

// From logind's word to the session in front: a login screen does both at once.
constexpr Duration unlock_time = std::chrono::seconds(10);

bool was_given_back(const Context& context, const Session& session) {
    return session.unlock_asked && context.now - *session.unlock_asked < unlock_time;
}

// In front again. Without the login screen's word somebody switched consoles behind its back.
void leave_greeter(Context& context, Session& session) {
    if (!session.witnesses.contains(Witness::greeter)) return;
    if (was_given_back(context, session))
        on_session_unlocked(context, {session.info.id, Witness::greeter});
    else
        on_witness_lost(context, {session.info.id, Witness::greeter});
}

// A login screen in front hides what is behind it, until that is in front again itself.
void follow_greeters(Context& context, const SeatName& seat) {
    if (seat.empty()) return;
    auto& sessions = context.state.sessions;
    const bool greeter = std::any_of(sessions.begin(), sessions.end(), [&](const auto& entry) {
        const auto& info = entry.second.info;
        return info.seat == seat && info.session_class == SessionClass::greeter && info.active;
    });
    for (auto& [id, session] : sessions) {
        if (session.info.seat != seat || !has_screen(session.info)) continue;
        if (session.info.active)
            leave_greeter(context, session);
        else if (greeter && session.lock != LockState::unlocked)
            on_session_locked(context, {id, Witness::greeter});
    }
}

// Could not be locked while nobody saw it; now somebody does.
void lock_in_view(Context& context, Session& session) {
    if (session.info.active && session.lock == LockState::unconfirmed)
        request_lock(context, session, LockTrigger::foreground, session.attempt.request);
}

void take_up_memory(Context& context, Session& session) {
    const auto found = context.state.remembered.find(session.info.id);
    if (found == context.state.remembered.end()) return;
    const auto memory = found->second;
    context.state.remembered.erase(found);
    session.bound = memory.bound;
    if (memory.owed) request_lock(context, session, LockTrigger::agent_back, std::nullopt);
    if (context.state.sources[Source::card].phase == SourcePhase::ready) on_cards_known(context);
}

SessionInfo as_policy_sees(const Policy& policy, SessionInfo info) {
    if (has_screen(info) && policy.account(info.user).kind == AccountKind::display)
        info.session_class = SessionClass::display;
    return info;
}

Seq record_opened(Context& context, const Session& session) {
    auto& record =
        context.append(EventType::session_opened, {{"class", word(session.info.session_class)}});
    describe(record, session);
    return record.seq;
}

void welcome(Context& context, Session& session) {
    bind_present_cards(context, session);
    take_up_memory(context, session);
    check_account(context, session);
    if (session.info.session_class == SessionClass::text)
        on_lock_checked(context, {session.info.id, LockMeans::curtain});
}

}  // namespace

void check_accounts(Context& context) {
    for (auto& [id, session] : context.state.sessions) check_account(context, session);
}

void on_session_remembered(Context& context, const SessionRemembered& event) {
    context.state.remembered[event.memory.id] = event.memory;
}

void on_session_opened(Context& context, const SessionOpened& event) {
    if (event.info.session_class == SessionClass::other) return;
    const auto [found, is_new] = context.state.sessions.try_emplace(event.info.id);
    auto& session = found->second;
    const bool came_to_front = event.info.active && (is_new || !session.info.active);
    session.info = as_policy_sees(context.policy, event.info);
    std::optional<Seq> cause;
    if (is_new) cause = record_opened(context, session);
    if (is_new) welcome(context, session);
    if (came_to_front) take_over_seat(context, session, cause);
    follow_greeters(context, session.info.seat);
    check_ways_back(context, session.info.seat);
    restart_idle(context, session.info.seat);
}

void on_session_changed(Context& context, const SessionChanged& event) {
    auto* found = find_session(context.state, event.id);
    if (found == nullptr) return;
    auto& session = *found;
    session.info.active = event.active;
    follow_greeters(context, session.info.seat);
    if (!event.active) return;
    take_over_seat(context, session, std::nullopt);
    lock_in_view(context, session);
}

void on_session_closed(Context& context, const SessionClosed& event) {
    context.state.remembered.erase(event.id);
    const auto found = context.state.sessions.find(event.id);
    if (found == context.state.sessions.end()) return;
    auto& session = found->second;
    forget_lock(context, session);
    forget_grace(context, session);
    come_back(context, session);
    auto& record =
        context.append(EventType::session_closed, {{"class", word(session.info.session_class)}});
    describe(record, session);
    const auto seat = session.info.seat;
    context.state.sessions.erase(found);
    arm_idle(context, seat);
    check_sleep(context);
}

void on_unlock_asked(Context& context, const UnlockAsked& event) {
    if (auto* session = find_session(context.state, event.id)) session->unlock_asked = context.now;
}

void on_left_behind_deadline(Context& context, const SessionId& id) {
    auto* session = find_session(context.state, id);
    if (session != nullptr && session->left_behind)
        end_session(context, *session, LockTrigger::handover, std::nullopt);
}

}  // namespace vaktpost::core
