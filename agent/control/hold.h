// SPDX-License-Identifier: GPL-3.0-or-later
// Who may speak for which session, and what becomes of somebody's wish to keep the screen open.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>

#include "agent/core/policy.h"
#include "agent/core/result.h"
#include "agent/core/state.h"

namespace vaktpost::control {

// The session's own user, and root.
bool may_speak_for(const core::State& state, uid_t uid, const core::SessionId& session);

bool is_hold_reason(const core::Policy& policy, std::string_view reason);

// The session to be held: the one named, or the one that this user has in the foreground of a
// seat. The error's detail says why there is none; what is somebody else's is not told from what
// does not exist.
core::Result<core::SessionId> session_to_hold(const core::State& state, uid_t uid,
                                              const std::optional<core::SessionId>& named);

// Until when the screen of that session stays open; nothing where it does not.
std::optional<core::Instant> held_until(const core::State& state, const core::SessionId& session);

}  // namespace vaktpost::control
