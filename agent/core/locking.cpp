// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/locking.h"

#include <algorithm>

#include "agent/core/cards.h"
#include "agent/core/escalation.h"
#include "agent/core/hold.h"
#include "agent/core/idle.h"
#include "agent/core/lock_check.h"
#include "agent/core/lock_records.h"
#include "agent/core/presence.h"
#include "agent/core/sleep.h"

namespace vaktpost::core {
namespace {

// logind waits 5 s with the suspend (logind.conf(5), InhibitDelayMaxSec): room for four steps.
constexpr Duration step_before_sleep = std::chrono::milliseconds(1'000);

DeadlineId confirm_deadline(const Session& session) {
    return {DeadlineKind::lock_confirm, session.info.id.value};
}

Duration step_time(const Context& context) {
    const auto usual = context.policy.session.lock_deadline;
    return context.state.sleep_asked ? std::min(usual, step_before_sleep) : usual;
}

void take_step(Context& context, Session& session, LockStep step, std::optional<Seq> cause) {
    auto& attempt = session.attempt;
    session.lock = LockState::requested;
    attempt.step = step;
    attempt.requested = context.now;
    attempt.signalled.reset();
    ++attempt.attempts;
    if (step != LockStep::end_session) context.act(LockSession{session.info.id, step});
    context.act(SetDeadline{confirm_deadline(session), context.now + step_time(context)});
    attempt.request = record_request(context, session, cause);
    if (step == LockStep::end_session)
        end_session(context, session, attempt.trigger, attempt.request);
}

void give_up(Context& context, Session& session) {
    record_unconfirmed(context, session, session.attempt.trigger);
    session.lock = LockState::unconfirmed;
    restart_idle(context, session.info.seat);  // so that it is asked for again when nobody is there
    check_sleep(context);
}

void step_failed(Context& context, Session& session, std::string because) {
    session.attempt.failed = std::move(because);
    if (const auto step = next_step(session, context.policy))
        take_step(context, session, *step, session.attempt.request);
    else
        give_up(context, session);
}

bool is_own_locker(Witness witness) {
    return witness == Witness::locker || witness == Witness::confined_locker;
}

// One witness that the user's programs cannot forge, or two that they can. After logind went away
// under a desktop, its locker may cover a screen that nobody sees any more: its word counts no
// more.
bool is_confirmed(const Session& session) {
    int claims = 0;
    for (const auto witness : session.witnesses) {
        if (worth_of(witness) == Worth::claimed)
            ++claims;
        else if (!session.shaken || !is_own_locker(witness))
            return true;
    }
    return claims > 1;
}

// Our own locker, unlike a desktop's, has no way past it.
bool has_no_door(const Session& session) {
    const auto& by = session.witnesses;
    return std::any_of(by.begin(), by.end(), is_own_locker) && !by.contains(Witness::saver) &&
           !by.contains(Witness::greeter) && !by.contains(Witness::curtain);
}

void become_locked(Context& context, Session& session) {
    if (session.lock == LockState::unlocked) {
        session.attempt = {};
        session.attempt.triggered = context.now;
    }
    if (session.lock == LockState::requested)
        context.act(CancelDeadline{confirm_deadline(session)});
    session.lock = LockState::locked;
    forget_grace(context, session);
    record_locked(context, session);
    if (session.attempt.trigger == LockTrigger::idle) record_forgotten_cards(context, session);
    session.bound.clear();
    if (!session.left_behind) end_hold(context, session.info.seat);
    arm_idle(context, session.info.seat);
    offer_login(context, session);
    check_sleep(context);
}

// A shared account's programs know who works with them; the next one must not find them open. The
// lock does not wait for it.
void sign_out(Context& context, const Session& session, LockTrigger trigger) {
    const auto account = context.policy.account(session.info.user);
    const bool somebody_left =
        trigger != LockTrigger::source_back && trigger != LockTrigger::witness_lost &&
        trigger != LockTrigger::foreground && trigger != LockTrigger::agent_back;
    if (account.kind == AccountKind::shared && !account.sign_out.empty() && somebody_left)
        context.act(SignOut{session.info.id, account.sign_out});
}

}  // namespace

void request_lock(Context& context, Session& session, LockTrigger trigger,
                  std::optional<Seq> cause) {
    if (!is_guarded(session, context.policy) || session.lock == LockState::locked ||
        session.lock == LockState::requested)
        return;
    if (context.policy.session.mode == Mode::observe)
        return record_observed(context, session, trigger, cause);
    session.attempt = {};
    session.attempt.trigger = trigger;
    session.attempt.triggered = context.now;
    if (const auto step = first_step(session, context.policy, trigger)) {
        take_step(context, session, *step, cause);
    } else {
        session.attempt.failed = "background";
        session.attempt.request = cause.value_or(0);
        give_up(context, session);
    }
    sign_out(context, session, trigger);
}

void end_session(Context& context, Session& session, LockTrigger trigger,
                 std::optional<Seq> cause) {
    const bool observe = context.policy.session.mode == Mode::observe;
    if (!observe) context.act(EndSession{session.info.id});
    auto& record = context.append(EventType::session_ended, {{"trigger", word(trigger)}});
    record.cause = cause;
    if (observe) record.outcome = Outcome::observed;
    describe(record, session);
}

void forget_lock(Context& context, Session& session) {
    if (session.lock == LockState::requested)
        context.act(CancelDeadline{confirm_deadline(session)});
}

// Not while the machine falls asleep: a screen that is just being switched would sleep with it.
void offer_login(Context& context, const Session& session) {
    const auto& info = session.info;
    const bool in_view = info.active && !info.seat.empty();
    if (session.lock == LockState::locked && in_view && has_no_door(session) &&
        !context.state.sleep_asked)
        context.act(OfferLogin{info.id});
}

void on_next_person_asked(Context& context, const NextPersonAsked& event) {
    const auto* session = find_session(context.state, event.id);
    if (session == nullptr || !session->witnesses.contains(Witness::curtain)) return;
    const auto& sessions = context.state.sessions;
    const bool somebody_works =
        std::any_of(sessions.begin(), sessions.end(), [&](const auto& entry) {
            const auto& other = entry.second.info;
            return entry.first != event.id && other.seat == session->info.seat && other.active &&
                   has_screen(other);
        });
    if (!somebody_works) context.act(OfferLogin{event.id});
}

void on_session_locked(Context& context, const SessionLocked& event) {
    auto* session = find_session(context.state, event.id);
    if (session == nullptr) return;
    session->witnesses.insert(event.witness);
    if (session->lock != LockState::locked && is_confirmed(*session))
        become_locked(context, *session);
}

void on_session_unlocked(Context& context, const SessionUnlocked& event) {
    auto* session = find_session(context.state, event.id);
    if (session == nullptr) return;
    const bool elsewhere = event.witness == Witness::curtain || event.witness == Witness::greeter;
    session->witnesses.erase(event.witness);
    // Who has given the password there is not asked for it once more.
    if (elsewhere && !session->witnesses.contains(Witness::curtain))
        std::erase_if(session->witnesses, is_own_locker);
    if (session->lock != LockState::locked || is_confirmed(*session)) return;
    session->lock = LockState::unlocked;
    auto& record = context.append(EventType::session_unlocked, {{"witness", word(event.witness)}});
    describe(record, *session);
    if (elsewhere) context.act(StandDown{session->info.id});
    bind_present_cards(context, *session);
    check_ways_back(context, session->info.seat);
    restart_idle(context, session->info.seat);
}

void on_witness_lost(Context& context, const WitnessLost& event) {
    auto* session = find_session(context.state, event.id);
    if (session == nullptr) return;
    session->witnesses.erase(event.witness);
    if (session->lock != LockState::locked || is_confirmed(*session)) return;
    session->lock = LockState::unconfirmed;
    const bool in_view = event.witness == Witness::greeter && session->info.active;
    request_lock(context, *session, in_view ? LockTrigger::foreground : LockTrigger::witness_lost,
                 std::nullopt);
}

void on_locker_failed(Context& context, const LockerFailed& event) {
    auto* session = find_session(context.state, event.id);
    if (session == nullptr || session->lock != LockState::requested) return;
    const auto step = session->attempt.step;
    if (step != LockStep::ask && step != LockStep::ask_again && step != LockStep::own_locker)
        return;
    forget_lock(context, *session);
    step_failed(context, *session, event.cause);
}

void on_lock_signalled(Context& context, const LockSignalled& event) {
    auto* session = find_session(context.state, event.id);
    if (session == nullptr || session->lock != LockState::requested) return;
    auto& attempt = session->attempt;
    if (attempt.step != event.step) return;
    if (event.ok) {
        if (!attempt.signalled) attempt.signalled = context.now;
        return;
    }
    forget_lock(context, *session);
    step_failed(context, *session, "refused");
}

void on_signed_out(Context& context, const SignedOut& event) {
    const auto* session = find_session(context.state, event.id);
    if (session == nullptr) return;
    std::vector<Field> data;
    if (!event.cause.empty()) data.push_back({"cause", event.cause});
    auto& record = context.append(EventType::session_signed_out, std::move(data));
    if (!event.ok) record.outcome = Outcome::failed;
    if (!event.ok) record.severity = Severity::warning;
    describe(record, *session);
}

void on_lock_confirm_deadline(Context& context, const SessionId& id) {
    auto* session = find_session(context.state, id);
    if (session == nullptr || session->lock != LockState::requested) return;
    step_failed(context, *session, "deadline");
}

void on_sessions_lost(Context& context) {
    for (auto& [id, session] : context.state.sessions) {
        session.shaken = true;
        session.witnesses.erase(Witness::hint);
        if (session.lock != LockState::locked || is_confirmed(session)) continue;
        session.attempt.triggered = context.now;
        record_unconfirmed(context, session, LockTrigger::source_lost);
        session.lock = LockState::unconfirmed;
    }
}

void on_sessions_back(Context& context) {
    for (auto& [id, session] : context.state.sessions) {
        if (session.lock != LockState::unconfirmed) continue;
        request_lock(context, session, LockTrigger::source_back, std::nullopt);
    }
}

}  // namespace vaktpost::core
