// SPDX-License-Identifier: GPL-3.0-or-later
// What is said, and the exit status, where the agent is not there or refuses: the same for every
// command that asks it for something.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "agent/core/result.h"

namespace vaktpost::cli {

inline constexpr int refused = 1;
inline constexpr int not_running = 2;

int complain(const core::Error& error);

// The answer refuses. Where the reason asked for is none of the policy's, the agent names those
// there are: that is wrong usage.
int complain(const boost::json::object& answer, const std::string& reason);

}  // namespace vaktpost::cli
