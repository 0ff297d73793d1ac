// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "agent/core/result.h"
#include "agent/core/types.h"

namespace vaktpost::control {

// The longest line that a client may send, without its line break.
inline constexpr std::size_t longest_line = 4096;

struct StatusRequest {};

// The caller wants to be the session program of that session.
struct RegisterSession {
    core::SessionId session;
};

// Words of a session program about its own session.
struct LockerLocked {
    core::SessionId session;
};
struct LockerUnlocked {
    core::SessionId session;
};
struct LockerFailed {
    core::SessionId session;
    std::string cause;  // the user's program wrote it: hostile
};

using Request =
    std::variant<StatusRequest, RegisterSession, LockerLocked, LockerUnlocked, LockerFailed>;

// One line of the protocol (README.md), hostile. The Error's code is EBADMSG where the line is no
// JSON object: what follows on that connection cannot be trusted to be lines; otherwise EINVAL.
core::Result<Request> parse_request(std::string_view line);

}  // namespace vaktpost::control
