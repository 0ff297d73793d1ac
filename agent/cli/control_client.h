// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "agent/core/result.h"

namespace vaktpost::cli {

// Sends one line to the agent and gives the line it answers with. The Error's code is ENOENT or
// ECONNREFUSED where no agent runs, ETIMEDOUT where it does not answer within 5 s.
core::Result<std::string> ask_agent(const std::string& socket_path, const std::string& line);

}  // namespace vaktpost::cli
