// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "agent/core/result.h"

namespace vaktpost::cli {

// Sends one line to the agent and gives the line it answers with. The Error's code is ENOENT or
// ECONNREFUSED where no agent runs, ETIMEDOUT where it does not answer within 5 s.
core::Result<std::string> ask_agent(const std::string& socket_path, const std::string& line);

// The same, for an answer that is a JSON object.
core::Result<boost::json::object> ask_agent_object(const std::string& socket_path,
                                                   const std::string& line);

// The error means that no agent runs.
bool no_agent(const core::Error& error);

}  // namespace vaktpost::cli
