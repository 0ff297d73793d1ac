// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/cards.h"

#include <algorithm>

#include "agent/core/idle.h"
#include "agent/core/lock_check.h"
#include "agent/core/lock_records.h"
#include "agent/core/presence.h"

namespace vaktpost::core {
namespace {

DeadlineId debounce_deadline(const ReaderName& reader) {
    return {DeadlineKind::card_debounce, reader.value};
}

bool is_open(const Session& session) {
    return session.lock != LockState::locked;
}

// Whose cards come into this reader. Sessions without a seat bring their readers with them: every
// reader may be theirs.
bool governs(const Policy& policy, const ReaderName& reader, const Session& session) {
    return session.info.session_class == SessionClass::remote ||
           policy.reader_rule(reader).seat == session.info.seat;
}

bool counts(const Reader& reader) {
    return reader.card && reader.role == CardRole::presence;
}

void other_card(Context& context, Session& session, const ReaderName& name) {
    const auto& reader = context.state.readers[name];
    std::vector<Field> data{{"reader", name.value}};
    if (!reader.identity.empty()) data.push_back({"card", reader.identity.value});
    if (!reader.atr.empty()) data.push_back({"atr", reader.atr});
    describe_dependence(context.state, context.policy, name, data, &session);
    auto& record = context.append(EventType::card_other, std::move(data));
    describe(record, session);
    const auto cause = record.seq;
    if (context.policy.session.on_other_card == PresenceRule::lock) {
        forget_grace(context, session);
        session.bound.clear();
    }
    presence_gone(context, session, LockTrigger::other_card, cause);
}

// A presence card was put in while this session was open.
void meet_card(Context& context, Session& session, const ReaderName& name) {
    if (session.bound.contains(name)) return forget_grace(context, session);  // put back in time
    const bool may_bind = context.policy.session.bind == BindRule::inserted;
    if (session.bound.empty()) {
        if (may_bind) session.bound.emplace(name, Tag{});
        return;
    }
    // While its own card is away for a moment, this may be that card in another reader: its
    // identity tells, or the grace ends.
    if (!session.grace_cause) other_card(context, session, name);
}

// The card in a reader that this session depends on, or may come to depend on, has said who it is.
void meet_identity(Context& context, Session& session, const ReaderName& name, const Tag& card) {
    if (const auto own = session.bound.find(name); own != session.bound.end()) {
        if (own->second.empty()) own->second = card;
        if (own->second != card) other_card(context, session, name);
        return;
    }
    if (!session.grace_cause) return;
    const auto moved = std::find_if(session.bound.begin(), session.bound.end(),
                                    [&](const auto& bound) { return bound.second == card; });
    if (moved == session.bound.end()) return other_card(context, session, name);
    session.bound.erase(moved);
    session.bound.emplace(name, card);
    forget_grace(context, session);
}

std::vector<Field> describe(const ReaderName& name, const Reader& reader) {
    std::vector<Field> data{{"reader", name.value}, {"role", word(reader.role)}};
    if (!reader.atr.empty()) data.push_back({"atr", reader.atr});
    return data;
}

void take_out(Context& context, const ReaderName& name) {
    auto& reader = context.state.readers[name];
    end_lease(context, name);
    const bool presence = reader.role == CardRole::presence;
    auto data = describe(name, reader);
    const auto debounced = reader.pulled ? context.now - *reader.pulled : Duration::zero();
    if (debounced != Duration::zero()) data.push_back({"debounced_ms", to_ms(debounced)});
    reader = {};
    describe_dependence(context.state, context.policy, name, data);
    auto& record = context.append(EventType::card_removed, std::move(data));
    record.seat = context.policy.reader_rule(name).seat;
    const auto cause = record.seq;
    if (presence) card_pulled(context, name, cause);
}

// The card was not away, as far as anybody can tell.
bool is_still_there(Context& context, const CardInserted& event, Reader& reader) {
    const bool same_model = reader.atr == event.atr || event.atr.empty() || reader.atr.empty();
    if (reader.flickered) {
        reader.flickered = false;
        context.act(CancelDeadline{debounce_deadline(event.reader)});
    } else if (reader.leased) {
        end_lease(context, event.reader);
    } else {
        return false;
    }
    if (same_model) {
        reader.pulled.reset();
        return true;
    }
    take_out(context, event.reader);
    return false;
}

}  // namespace

void bind_present_cards(Context& context, Session& session) {
    if (!is_guarded(session, context.policy)) return;
    for (const auto& [name, reader] : context.state.readers)
        if (counts(reader) && governs(context.policy, name, session))
            session.bound.emplace(name, reader.identity);
}

bool has_card_left(const State& state, const Session& session) {
    return std::any_of(session.bound.begin(), session.bound.end(), [&](const auto& bound) {
        const auto reader = state.readers.find(bound.first);
        return reader != state.readers.end() && reader->second.card && !reader->second.forgotten;
    });
}

void record_forgotten_cards(Context& context, const Session& session) {
    for (const auto& [name, card] : session.bound) {
        const auto found = context.state.readers.find(name);
        if (found == context.state.readers.end() || !found->second.card ||
            std::exchange(found->second.forgotten, true))
            continue;
        std::vector<Field> data{{"reader", name.value}};
        if (!card.empty()) data.push_back({"card", card.value});
        auto& record = context.append(EventType::card_forgotten, std::move(data));
        describe(record, session);
    }
}

void rejudge_cards(Context& context) {
    for (auto& [name, reader] : context.state.readers) {
        if (!reader.card) continue;
        reader.role = context.policy.role_of(name, reader.atr);
        if (reader.role == CardRole::presence) continue;
        for (auto& [id, session] : context.state.sessions) session.bound.erase(name);
    }
}

void on_reader_arrived(Context& context, const ReaderArrived& event) {
    context.state.readers.try_emplace(event.reader);
    check_ways_back(context, context.policy.reader_rule(event.reader).seat);
}

void on_reader_left(Context& context, const ReaderLeft& event) {
    const auto found = context.state.readers.find(event.reader);
    if (found == context.state.readers.end()) return;
    if (found->second.flickered) {  // its card will not come back
        context.act(CancelDeadline{debounce_deadline(event.reader)});
        take_out(context, event.reader);
    }
    if (found->second.card) return;
    context.state.readers.erase(found);
    check_ways_back(context, context.policy.reader_rule(event.reader).seat);
}

void on_card_inserted(Context& context, const CardInserted& event) {
    auto& reader = context.state.readers[event.reader];
    if (is_still_there(context, event, reader)) return;
    reader = {};
    reader.card = true;
    reader.atr = event.atr;
    reader.role = context.policy.role_of(event.reader, event.atr);
    context.append(EventType::card_inserted, describe(event.reader, reader));
    if (reader.role != CardRole::presence) return;
    note_presence(context, context.policy.reader_rule(event.reader).seat);
    for (auto& [id, session] : context.state.sessions) {
        if (!is_guarded(session, context.policy) || !is_open(session) ||
            !governs(context.policy, event.reader, session))
            continue;
        // A card put in is that of whoever sits in front; one put back may be of the others.
        if (session.info.active || session.bound.contains(event.reader))
            meet_card(context, session, event.reader);
    }
}

void on_card_identified(Context& context, const CardIdentified& event) {
    const auto found = context.state.readers.find(event.reader);
    if (found == context.state.readers.end() || !counts(found->second)) return;
    found->second.identity = event.card;
    for (auto& [id, session] : context.state.sessions)
        if (is_open(session) && governs(context.policy, event.reader, session))
            meet_identity(context, session, event.reader, event.card);
}

void on_card_removed(Context& context, const CardRemoved& event) {
    if (reader_just_left(context)) return on_presence_lost(context, {event.reader, true});
    auto& reader = context.state.readers[event.reader];
    const auto debounce = context.policy.reader_rule(event.reader).debounce;
    if (debounce == Duration::zero()) return take_out(context, event.reader);
    if (reader.flickered) return;
    reader.flickered = true;
    reader.pulled = context.now;
    context.act(SetDeadline{debounce_deadline(event.reader), context.now + debounce});
}

void on_card_debounce_deadline(Context& context, const ReaderName& name) {
    const auto found = context.state.readers.find(name);
    if (found != context.state.readers.end() && found->second.flickered) take_out(context, name);
}

}  // namespace vaktpost::core
