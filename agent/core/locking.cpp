// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/locking.h"

#include "agent/core/idle.h"
#include "agent/core/presence.h"

namespace vaktpost::core {
namespace {

constexpr int requests_before_giving_up = 2;

DeadlineId confirm_deadline(const Session& session) {
    return {DeadlineKind::lock_confirm, session.info.id.value};
}

SessionRef ref(const Session& session) {
    return {session.info.id, session.info.session_class};
}

void describe(Record& record, const Session& session) {
    record.session = ref(session);
    record.seat = session.info.seat;
}

void send_request(Context& context, Session& session, std::optional<Seq> cause) {
    auto& attempt = session.attempt;
    session.lock = LockState::requested;
    attempt.requested = context.now;
    ++attempt.attempts;
    context.act(LockSession{session.info.id});
    context.act(
        SetDeadline{confirm_deadline(session), context.now + context.policy.session.lock_deadline});
    auto& record = context.append(
        EventType::session_lock_requested,
        {{"trigger", word(attempt.trigger)}, {"attempt", std::int64_t{attempt.attempts}}});
    record.cause = cause;
    describe(record, session);
    attempt.request = record.seq;
}

void observe_request(Context& context, const Session& session, LockTrigger trigger,
                     std::optional<Seq> cause) {
    auto& record = context.append(EventType::session_lock_requested,
                                  {{"trigger", word(trigger)}, {"attempt", std::int64_t{1}}});
    record.cause = cause;
    record.outcome = Outcome::observed;
    describe(record, session);
}

void record_locked(Context& context, const Session& session) {
    const auto& attempt = session.attempt;
    std::vector<std::string> witnesses;
    for (const auto witness : session.witnesses) witnesses.push_back(word(witness));
    std::vector<Field> data{{"trigger", word(attempt.trigger)},
                            {"witnesses", std::move(witnesses)}};
    const auto step = [&](std::string_view key, const std::optional<Instant>& when) {
        if (when) data.push_back({key, to_ms(*when - attempt.triggered)});
    };
    step("requested_ms", attempt.requested);
    step("signalled_ms", attempt.signalled);
    step("confirmed_ms", context.now);
    auto& record = context.append(EventType::session_locked, std::move(data));
    if (attempt.request != 0) record.cause = attempt.request;
    describe(record, session);
}

void record_unconfirmed(Context& context, Session& session, LockTrigger trigger) {
    const auto& attempt = session.attempt;
    auto& record = context.append(EventType::session_lock_unconfirmed,
                                  {{"trigger", word(trigger)},
                                   {"attempts", std::int64_t{attempt.attempts}},
                                   {"waited_ms", to_ms(context.now - attempt.triggered)}});
    record.outcome = Outcome::failed;
    if (attempt.request != 0) record.cause = attempt.request;
    describe(record, session);
    session.lock = LockState::unconfirmed;
}

// After logind went away under a desktop, its locker may cover a screen that nobody sees any more:
// only logind's own word counts then.
bool is_confirmed(const Session& session) {
    return session.shaken ? session.witnesses.contains(Witness::hint) : !session.witnesses.empty();
}

}  // namespace

void request_lock(Context& context, Session& session, LockTrigger trigger,
                  std::optional<Seq> cause) {
    if (!is_guarded(session) || session.lock == LockState::locked ||
        session.lock == LockState::requested)
        return;
    if (context.policy.session.mode == Mode::observe) {
        observe_request(context, session, trigger, cause);
        return;
    }
    session.attempt = {};
    session.attempt.trigger = trigger;
    session.attempt.triggered = context.now;
    send_request(context, session, cause);
}

void on_session_opened(Context& context, const SessionOpened& event) {
    if (event.info.session_class == SessionClass::other) return;
    const auto [found, is_new] = context.state.sessions.try_emplace(event.info.id);
    auto& session = found->second;
    session.info = event.info;
    if (is_new) {
        auto& record =
            context.append(EventType::session_opened, {{"class", word(event.info.session_class)}});
        describe(record, session);
        bind_present_cards(context, session);
    }
    restart_idle(context, session.info.seat);
}

void on_session_changed(Context& context, const SessionChanged& event) {
    const auto found = context.state.sessions.find(event.id);
    if (found != context.state.sessions.end()) found->second.info.active = event.active;
}

void on_session_closed(Context& context, const SessionClosed& event) {
    const auto found = context.state.sessions.find(event.id);
    if (found == context.state.sessions.end()) return;
    auto& session = found->second;
    if (session.lock == LockState::requested)
        context.act(CancelDeadline{confirm_deadline(session)});
    forget_grace(context, session);
    auto& record =
        context.append(EventType::session_closed, {{"class", word(session.info.session_class)}});
    describe(record, session);
    const auto seat = session.info.seat;
    context.state.sessions.erase(found);
    arm_idle(context, seat);
}

void on_session_locked(Context& context, const SessionLocked& event) {
    const auto found = context.state.sessions.find(event.id);
    if (found == context.state.sessions.end()) return;
    auto& session = found->second;
    session.witnesses.insert(event.witness);
    if (session.lock == LockState::locked || !is_confirmed(session)) return;
    if (session.lock == LockState::unlocked) {
        session.attempt = {};
        session.attempt.triggered = context.now;
    }
    if (session.lock == LockState::requested)
        context.act(CancelDeadline{confirm_deadline(session)});
    session.lock = LockState::locked;
    forget_grace(context, session);
    session.bound.clear();
    record_locked(context, session);
    arm_idle(context, session.info.seat);
}

void on_session_unlocked(Context& context, const SessionUnlocked& event) {
    const auto found = context.state.sessions.find(event.id);
    if (found == context.state.sessions.end()) return;
    auto& session = found->second;
    session.witnesses.erase(event.witness);
    if (session.lock != LockState::locked || is_confirmed(session)) return;
    session.lock = LockState::unlocked;
    auto& record = context.append(EventType::session_unlocked, {{"witness", word(event.witness)}});
    describe(record, session);
    bind_present_cards(context, session);
    restart_idle(context, session.info.seat);
}

void on_witness_lost(Context& context, const WitnessLost& event) {
    const auto found = context.state.sessions.find(event.id);
    if (found == context.state.sessions.end()) return;
    auto& session = found->second;
    session.witnesses.erase(event.witness);
    if (session.lock != LockState::locked || is_confirmed(session)) return;
    session.lock = LockState::unconfirmed;
    request_lock(context, session, LockTrigger::witness_lost, std::nullopt);
}

void on_lock_signalled(Context& context, const LockSignalled& event) {
    const auto found = context.state.sessions.find(event.id);
    if (found == context.state.sessions.end() || !event.ok) return;  // the deadline asks again
    auto& session = found->second;
    if (session.lock == LockState::requested && !session.attempt.signalled)
        session.attempt.signalled = context.now;
}

void on_lock_confirm_deadline(Context& context, const SessionId& id) {
    const auto found = context.state.sessions.find(id);
    if (found == context.state.sessions.end() || found->second.lock != LockState::requested) return;
    auto& session = found->second;
    if (session.attempt.attempts < requests_before_giving_up) {
        send_request(context, session, session.attempt.request);
        return;
    }
    record_unconfirmed(context, session, session.attempt.trigger);
    restart_idle(context, session.info.seat);  // so that it is asked for again when nobody is there
}

void on_sessions_lost(Context& context) {
    for (auto& [id, session] : context.state.sessions) {
        session.shaken = true;
        session.witnesses.erase(Witness::hint);
        if (session.lock == LockState::locked) {
            session.attempt.triggered = context.now;
            record_unconfirmed(context, session, LockTrigger::source_lost);
        }
    }
}

void on_sessions_back(Context& context) {
    for (auto& [id, session] : context.state.sessions) {
        if (session.lock != LockState::unconfirmed) continue;
        request_lock(context, session, LockTrigger::source_back, std::nullopt);
    }
}

}  // namespace vaktpost::core
