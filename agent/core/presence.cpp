// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/presence.h"

#include <set>

#include "agent/core/idle.h"
#include "agent/core/lock_check.h"
#include "agent/core/lock_records.h"
#include "agent/core/locking.h"

namespace vaktpost::core {
namespace {

DeadlineId grace_deadline(const Session& session) {
    return {DeadlineKind::card_grace, session.info.id.value};
}

// The card driver notices the missing device within milliseconds; a second is room for a busy
// machine.
constexpr Duration unplug_echo = std::chrono::seconds(1);

DeadlineId lease_deadline(const ReaderName& reader) {
    return {DeadlineKind::presence_lease, reader.value};
}

PresenceRule rule_for(const Policy& policy, const Session& session, LockTrigger trigger) {
    if (session.info.session_class == SessionClass::remote) {
        switch (policy.remote.on_card_removal) {
            case RemoteRule::lock:
                return PresenceRule::lock;
            case RemoteRule::end:
                return PresenceRule::end;
            case RemoteRule::ignore:
                return PresenceRule::ignore;
        }
    }
    if (trigger == LockTrigger::card_removed) return policy.session.on_card_removal;
    if (trigger == LockTrigger::other_card) return policy.session.on_other_card;
    return policy.session.on_presence_lost;
}

void warn(Context& context, const Session& session, LockTrigger trigger, Suppression reason,
          Seq cause) {
    const auto record = record_suppressed(context, session, trigger, reason, cause);
    auto notice =
        trigger == LockTrigger::presence_lost ? Notice::presence_lost : Notice::card_removed;
    if (reason == Suppression::no_way_back) notice = Notice::no_way_back;
    context.act(Notify{session.info.id, notice, short_code(record), std::nullopt});
}

void notify_bound(Context& context, const ReaderName& reader, Notice notice,
                  std::optional<Instant> until) {
    for (const auto& [id, session] : context.state.sessions)
        if (session.bound.contains(reader) && session.lock == LockState::unlocked)
            context.act(Notify{id, notice, {}, until});
}

void start_lease(Context& context, const ReaderName& name, Reader& reader) {
    if (!reader.card || reader.leased) return;
    reader.leased = true;
    const auto until = context.now + context.policy.session.presence_lease;
    context.act(SetDeadline{lease_deadline(name), until});
    notify_bound(context, name, Notice::presence_warning, until);
}

// `before`: the reader and the card in it as they were; none: not known to this run of the agent.
void lose_presence(Context& context, const ReaderName& reader,
                   const std::optional<Reader>& before) {
    std::vector<Field> data{{"reader", reader.value}};
    if (before) data.push_back({"role", word(before->role)});
    if (before && !before->atr.empty()) data.push_back({"atr", before->atr});
    describe_dependence(context.state, context.policy, reader, data);
    auto& record = context.append(EventType::card_presence_lost, std::move(data));
    record.seat = context.policy.reader_rule(reader).seat;
    const auto cause = record.seq;
    card_gone(context, reader, LockTrigger::presence_lost, cause);
}

bool has_card(const State& state, const ReaderName& name) {
    const auto found = state.readers.find(name);
    return found != state.readers.end() && found->second.card;
}

std::string describe_session(const Session& session) {
    return word(session.info.session_class) + ":" + word(session.lock) +
           (session.info.active ? "" : ":background");
}

}  // namespace

void describe_dependence(const State& state, const Policy& policy, const ReaderName& reader,
                         std::vector<Field>& data, const Session* of) {
    std::vector<std::string> depended;
    for (const auto& [id, session] : state.sessions)
        if (of == nullptr ? session.bound.contains(reader) : &session == of)
            depended.push_back(describe_session(session));
    data.push_back({"depended", std::move(depended)});
    std::vector<std::string> means;
    for (const UnlockNeed need : ways_back(state, policy, policy.reader_rule(reader).seat))
        means.push_back(word(need));
    data.push_back({"unlock_with", std::move(means)});
}

void presence_gone(Context& context, Session& session, LockTrigger trigger, Seq cause) {
    switch (rule_for(context.policy, session, trigger)) {
        case PresenceRule::lock:
            if (has_way_back(context.state, context.policy, session))
                request_lock(context, session, trigger, cause);
            else
                warn(context, session, trigger, Suppression::no_way_back, cause);
            break;
        case PresenceRule::warn:
            warn(context, session, trigger, Suppression::policy, cause);
            break;
        case PresenceRule::end:
            end_session(context, session, trigger, cause);
            break;
        case PresenceRule::ignore:
            break;
    }
}

void card_gone(Context& context, const ReaderName& reader, LockTrigger trigger, Seq cause) {
    for (auto& [id, session] : context.state.sessions) {
        if (session.bound.erase(reader) == 0) continue;
        forget_grace(context, session);
        presence_gone(context, session, trigger, cause);
        shorten_idle(context, session.info.seat);
    }
}

void card_pulled(Context& context, const ReaderName& reader, Seq cause) {
    const auto& rules = context.policy.session;
    if (rules.card_removal_grace == Duration::zero() ||
        rules.on_card_removal == PresenceRule::ignore)
        return card_gone(context, reader, LockTrigger::card_removed, cause);
    for (auto& [id, session] : context.state.sessions) {
        if (!session.bound.contains(reader)) continue;
        session.grace_cause = cause;
        context.act(SetDeadline{grace_deadline(session), context.now + rules.card_removal_grace});
    }
}

void forget_grace(Context& context, Session& session) {
    if (!session.grace_cause) return;
    session.grace_cause.reset();
    context.act(CancelDeadline{grace_deadline(session)});
}

void on_card_grace_deadline(Context& context, const SessionId& id) {
    auto* found = find_session(context.state, id);
    if (found == nullptr || !found->grace_cause) return;
    auto& session = *found;
    const auto cause = *session.grace_cause;
    session.grace_cause.reset();
    std::erase_if(session.bound,
                  [&](const auto& card) { return !has_card(context.state, card.first); });
    presence_gone(context, session, LockTrigger::card_removed, cause);
    shorten_idle(context, session.info.seat);
}

bool reader_just_left(Context& context) {
    auto& left = context.state.readers_unplugged;
    std::erase_if(left, [&](Instant at) { return context.now - at >= unplug_echo; });
    return !left.empty();
}

void on_presence_lost(Context& context, const PresenceLost& event) {
    const auto found = context.state.readers.find(event.reader);
    const bool known = found != context.state.readers.end();
    if (event.vanished && reader_just_left(context))
        context.state.readers_unplugged.erase(context.state.readers_unplugged.begin());
    if (!event.vanished) {
        if (known) start_lease(context, event.reader, found->second);
        return;
    }
    // A card service that restarts lists no readers for a moment: the lease decides.
    const bool service_away = context.state.sources[Source::card].phase == SourcePhase::lost;
    if (known && found->second.leased && service_away) return;
    std::optional<Reader> before;
    if (known) {
        end_lease(context, event.reader);
        before = found->second;
        context.state.readers.erase(found);
    }
    lose_presence(context, event.reader, before);
    check_ways_back(context, context.policy.reader_rule(event.reader).seat);
}

void on_cards_lost(Context& context) {
    for (auto& [name, reader] : context.state.readers) start_lease(context, name, reader);
}

void on_presence_lease_deadline(Context& context, const ReaderName& reader) {
    const auto found = context.state.readers.find(reader);
    if (found == context.state.readers.end() || !found->second.leased) return;
    const Reader before = found->second;
    context.state.readers.erase(found);
    lose_presence(context, reader, before);
    check_ways_back(context, context.policy.reader_rule(reader).seat);
}

void end_lease(Context& context, const ReaderName& name) {
    auto& reader = context.state.readers[name];
    if (!reader.leased) return;
    reader.leased = false;
    context.act(CancelDeadline{lease_deadline(name)});
    notify_bound(context, name, Notice::presence_warning_over, std::nullopt);
}

void on_cards_known(Context& context) {
    std::set<ReaderName> missing;
    for (const auto& [id, session] : context.state.sessions)
        for (const auto& [reader, card] : session.bound)
            if (!has_card(context.state, reader) && !session.grace_cause) missing.insert(reader);
    for (const auto& reader : missing) lose_presence(context, reader, std::nullopt);
}

}  // namespace vaktpost::core
