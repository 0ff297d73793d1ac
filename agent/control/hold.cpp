// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/hold.h"

#include <algorithm>
#include <cerrno>

namespace vaktpost::control {
namespace {

core::Error refused(std::string why) {
    return {EINVAL, "hold", std::move(why)};
}

bool is_in_front(const core::Session& session) {
    return core::has_screen(session.info) && session.info.active && !session.info.seat.empty();
}

}  // namespace

bool may_speak_for(const core::State& state, uid_t uid, const core::SessionId& session) {
    const auto found = state.sessions.find(session);
    return found != state.sessions.end() && (uid == 0 || found->second.info.uid == uid);
}

bool is_hold_reason(const core::Policy& policy, std::string_view reason) {
    const auto& known = policy.session.hold_reasons;
    return std::find(known.begin(), known.end(), reason) != known.end();
}

core::Result<core::SessionId> session_to_hold(const core::State& state, uid_t uid,
                                              const std::optional<core::SessionId>& named) {
    if (named) {
        if (may_speak_for(state, uid, *named)) return *named;
        return refused("no such session of this user");
    }
    std::optional<core::SessionId> own;
    for (const auto& [id, session] : state.sessions) {
        if (session.info.uid != uid || !is_in_front(session)) continue;
        if (own) return refused("this user has several sessions in front: name one");
        own = id;
    }
    if (own) return *own;
    return refused("this user has no session in front: name one");
}

std::optional<core::Instant> held_until(const core::State& state, const core::SessionId& session) {
    const auto found = state.sessions.find(session);
    if (found == state.sessions.end()) return std::nullopt;
    const auto seat = state.seats.find(found->second.info.seat);
    if (seat == state.seats.end()) return std::nullopt;
    return seat->second.hold_until;
}

}  // namespace vaktpost::control
