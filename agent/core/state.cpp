// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/state.h"

#include <algorithm>

namespace vaktpost::core {

Health health_of(const State& state) {
    const auto any = [&](SourcePhase phase) {
        return std::any_of(all_sources.begin(), all_sources.end(), [&](Source source) {
            const auto found = state.sources.find(source);
            return (found == state.sources.end() ? SourcePhase::starting : found->second.phase) ==
                   phase;
        });
    };
    if (any(SourcePhase::lost)) return Health::degraded;
    return any(SourcePhase::starting) ? Health::starting : Health::armed;
}

std::vector<Source> lost_sources(const State& state) {
    std::vector<Source> lost;
    for (const auto& [source, source_state] : state.sources)
        if (source_state.phase == SourcePhase::lost) lost.push_back(source);
    return lost;
}

Session* find_session(State& state, const SessionId& id) {
    const auto found = state.sessions.find(id);
    return found == state.sessions.end() ? nullptr : &found->second;
}

bool is_guarded(const Session& session, const Policy& policy) {
    const auto& info = session.info;
    if (policy.account(info.user).kind == AccountKind::display) return false;
    switch (info.session_class) {
        case SessionClass::graphical:
            return !info.seat.empty();
        case SessionClass::text:
            return !info.seat.empty() && policy.session.text_lock != TextLock::ignore;
        case SessionClass::remote:
            return policy.remote.on_card_removal != RemoteRule::ignore;
        case SessionClass::greeter:
        case SessionClass::display:
        case SessionClass::other:
            break;
    }
    return false;
}

namespace {

bool has_reader(const State& state, const Policy& policy, const SeatName& seat) {
    const auto source = state.sources.find(Source::card);
    if (source == state.sources.end() || source->second.phase != SourcePhase::ready) return true;
    return std::any_of(state.readers.begin(), state.readers.end(), [&](const auto& entry) {
        return policy.reader_rule(entry.first).seat == seat;
    });
}

}  // namespace

bool has_way_back(const State& state, const Policy& policy, const Session& session) {
    const auto found = state.seats.find(session.info.seat);
    if (session.info.seat.empty() || found == state.seats.end()) return true;
    const auto& seat = found->second;
    switch (policy.session.unlock_needs) {
        case UnlockNeed::keyboard:
            return seat.keyboard.value_or(true);
        case UnlockNeed::touch:
            return seat.keyboard.value_or(true) || seat.touch;
        case UnlockNeed::card:
            return has_reader(state, policy, session.info.seat);
        case UnlockNeed::nothing:
            break;
    }
    return true;
}

std::vector<UnlockNeed> ways_back(const State& state, const Policy& policy, const SeatName& seat) {
    const auto found = state.seats.find(seat);
    const bool unknown = found == state.seats.end();
    std::vector<UnlockNeed> list;
    if (unknown || found->second.keyboard.value_or(true)) list.push_back(UnlockNeed::keyboard);
    if (unknown || found->second.touch) list.push_back(UnlockNeed::touch);
    if (unknown || has_reader(state, policy, seat)) list.push_back(UnlockNeed::card);
    return list;
}

bool all_locked(const State& state, const Policy& policy) {
    return std::all_of(state.sessions.begin(), state.sessions.end(), [&](const auto& entry) {
        return entry.second.lock == LockState::locked || !is_guarded(entry.second, policy);
    });
}

SessionMemories memory_of(const State& state) {
    SessionMemories memories;
    for (const auto& [id, session] : state.sessions) {
        const bool owed =
            session.lock == LockState::requested || session.lock == LockState::unconfirmed;
        if (owed || !session.bound.empty()) memories.push_back({id, session.bound, owed});
    }
    for (const auto& [id, memory] : state.remembered) memories.push_back(memory);
    return memories;
}

}  // namespace vaktpost::core
