// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/time.h"

namespace vaktpost::platform {

struct AgentAnswer {
    bool ok = false;
    bool locked = false;  // of op "sleep": every session is, and the machine may sleep
    pid_t agent = -1;     // who answered: another number is another agent
};

// One question to the agent's control socket, on a connection of its own. Waits for the answer, at
// most about `limit`. Nothing: nobody answered in time, or not with one JSON object.
std::optional<AgentAnswer> ask_agent(const std::string& socket, std::string_view line,
                                     core::Duration limit);

// What a line of the agent's means; nothing where it is none. `agent` is left as it is.
std::optional<AgentAnswer> parse_agent_answer(std::string_view line);

}  // namespace vaktpost::platform
