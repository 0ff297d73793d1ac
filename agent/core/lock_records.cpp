// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/lock_records.h"

#include <algorithm>

namespace vaktpost::core {

void describe(Record& record, const Session& session) {
    record.session = SessionRef{session.info.id, session.info.session_class};
    record.seat = session.info.seat;
}

Seq record_request(Context& context, const Session& session, std::optional<Seq> cause) {
    const auto& attempt = session.attempt;
    std::vector<Field> data{{"trigger", word(attempt.trigger)},
                            {"step", word(attempt.step)},
                            {"attempt", std::int64_t{attempt.attempts}}};
    if (!attempt.failed.empty()) data.push_back({"because", attempt.failed});
    auto& record = context.append(EventType::session_lock_requested, std::move(data));
    record.cause = cause;
    describe(record, session);
    return record.seq;
}

void record_observed(Context& context, const Session& session, LockTrigger trigger,
                     std::optional<Seq> cause) {
    auto& record = context.append(
        EventType::session_lock_requested,
        {{"trigger", word(trigger)}, {"step", word(LockStep::ask)}, {"attempt", std::int64_t{1}}});
    record.cause = cause;
    record.outcome = Outcome::observed;
    describe(record, session);
}

void record_locked(Context& context, const Session& session) {
    const auto& attempt = session.attempt;
    std::vector<std::string> witnesses;
    auto worth = Worth::claimed;
    for (const auto witness : session.witnesses) {
        witnesses.push_back(word(witness));
        worth = std::max(worth, worth_of(witness));
    }
    std::vector<Field> data{{"trigger", word(attempt.trigger)},
                            {"witnesses", std::move(witnesses)},
                            {"worth", word(worth)}};
    if (attempt.requested) data.push_back({"step", word(attempt.step)});
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

void record_unconfirmed(Context& context, const Session& session, LockTrigger trigger) {
    const auto& attempt = session.attempt;
    const bool background = !session.info.active;
    std::vector<Field> data{{"trigger", word(trigger)},
                            {"attempts", std::int64_t{attempt.attempts}},
                            {"background", background},
                            {"waited_ms", to_ms(context.now - attempt.triggered)}};
    if (!attempt.failed.empty()) data.push_back({"because", attempt.failed});
    auto& record = context.append(EventType::session_lock_unconfirmed, std::move(data));
    record.outcome = Outcome::failed;
    // Nobody sees a screen in the background; it is asked for again before anybody does.
    if (background) record.severity = Severity::warning;
    if (attempt.request != 0) record.cause = attempt.request;
    describe(record, session);
}

Seq record_suppressed(Context& context, const Session& session, LockTrigger trigger,
                      Suppression reason, std::optional<Seq> cause) {
    auto& record = context.append(EventType::session_lock_suppressed,
                                  {{"trigger", word(trigger)}, {"reason", word(reason)}});
    record.cause = cause;
    describe(record, session);
    return record.seq;
}

}  // namespace vaktpost::core
