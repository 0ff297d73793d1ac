// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/presence.h"

#include "agent/core/locking.h"

namespace vaktpost::core {
namespace {

DeadlineId grace_deadline(const Session& session) {
    return {DeadlineKind::card_grace, session.info.id.value};
}

DeadlineId lease_deadline(const ReaderName& reader) {
    return {DeadlineKind::presence_lease, reader.value};
}

// The card driver notices the missing device within milliseconds; a second is room for a busy
// machine.
constexpr Duration unplug_echo = std::chrono::seconds(1);

bool is_open(const Session& session) {
    return session.lock != LockState::locked;
}

void warn(Context& context, const Session& session, Notice notice, Seq cause) {
    context.act(Notify{session.info.id, notice, short_code(cause), std::nullopt});
}

// What the policy says for one session whose card is gone.
void presence_gone(Context& context, Session& session, PresenceRule rule, LockTrigger trigger,
                   Seq cause) {
    switch (rule) {
        case PresenceRule::lock:
            request_lock(context, session, trigger, cause);
            break;
        case PresenceRule::warn:
            warn(
                context, session,
                trigger == LockTrigger::card_removed ? Notice::card_removed : Notice::presence_lost,
                cause);
            break;
        case PresenceRule::ignore:
            break;
    }
}

void lose_presence(Context& context, const ReaderName& reader) {
    const auto cause =
        context.append(EventType::card_presence_lost, {{"reader", reader.value}}).seq;
    for (auto& [id, session] : context.state.sessions) {
        if (session.bound.erase(reader) == 0) continue;
        forget_grace(context, session);
        presence_gone(context, session, context.policy.session.on_presence_lost,
                      LockTrigger::presence_lost, cause);
    }
}

}  // namespace

void bind_present_cards(Context& context, Session& session) {
    if (!is_guarded(session)) return;
    for (const auto& [name, reader] : context.state.readers)
        if (reader.card) session.bound.insert(name);
}

void forget_grace(Context& context, Session& session) {
    if (!session.grace_cause) return;
    session.grace_cause.reset();
    context.act(CancelDeadline{grace_deadline(session)});
}

void on_card_inserted(Context& context, const CardInserted& event) {
    auto& reader = context.state.readers[event.reader];
    if (reader.leased) {  // still there after the source's absence
        reader.leased = false;
        context.act(CancelDeadline{lease_deadline(event.reader)});
        return;
    }
    reader.card = true;
    std::vector<Field> data{{"reader", event.reader.value}};
    if (!event.card.empty()) data.push_back({"card", event.card.value});
    context.append(EventType::card_inserted, std::move(data));
    for (auto& [id, session] : context.state.sessions) {
        if (!is_guarded(session) || !is_open(session)) continue;
        if (session.bound.contains(event.reader)) {
            forget_grace(context, session);  // put back in time
        } else if (session.bound.empty()) {
            session.bound.insert(event.reader);
        }
    }
}

void on_card_removed(Context& context, const CardRemoved& event) {
    const auto& unplugged = context.state.reader_unplugged;
    if (unplugged && context.now - *unplugged < unplug_echo) {
        on_presence_lost(context, {event.reader});
        return;
    }
    auto& reader = context.state.readers[event.reader];
    if (reader.leased) context.act(CancelDeadline{lease_deadline(event.reader)});
    reader = {};
    const auto cause =
        context.append(EventType::card_removed, {{"reader", event.reader.value}}).seq;
    const auto& rules = context.policy.session;
    for (auto& [id, session] : context.state.sessions) {
        if (!session.bound.contains(event.reader)) continue;
        if (rules.on_card_removal == PresenceRule::lock &&
            rules.card_removal_grace > Duration::zero()) {
            session.grace_cause = cause;
            context.act(
                SetDeadline{grace_deadline(session), context.now + rules.card_removal_grace});
            continue;
        }
        session.bound.erase(event.reader);
        presence_gone(context, session, rules.on_card_removal, LockTrigger::card_removed, cause);
    }
}

void on_presence_lost(Context& context, const PresenceLost& event) {
    const auto found = context.state.readers.find(event.reader);
    // A card service that restarts lists no readers for a moment: the lease decides.
    if (found != context.state.readers.end() && found->second.leased) return;
    if (found != context.state.readers.end()) context.state.readers.erase(found);
    lose_presence(context, event.reader);
}

void on_card_grace_deadline(Context& context, const SessionId& id) {
    const auto found = context.state.sessions.find(id);
    if (found == context.state.sessions.end() || !found->second.grace_cause) return;
    auto& session = found->second;
    const auto cause = *session.grace_cause;
    session.grace_cause.reset();
    std::erase_if(session.bound,
                  [&](const ReaderName& name) { return !context.state.readers[name].card; });
    presence_gone(context, session, context.policy.session.on_card_removal,
                  LockTrigger::card_removed, cause);
}

void on_cards_lost(Context& context) {
    const auto lease = context.policy.session.presence_lease;
    for (auto& [name, reader] : context.state.readers) {
        if (!reader.card || reader.leased) continue;
        reader.leased = true;
        context.act(SetDeadline{lease_deadline(name), context.now + lease});
    }
}

void on_presence_lease_deadline(Context& context, const ReaderName& reader) {
    const auto found = context.state.readers.find(reader);
    if (found == context.state.readers.end() || !found->second.leased) return;
    context.state.readers.erase(found);
    lose_presence(context, reader);
}

}  // namespace vaktpost::core
