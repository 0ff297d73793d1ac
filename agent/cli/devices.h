// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "agent/core/result.h"

namespace vaktpost::cli {

// What the agent says of the devices present: agent/control/README.md. The Error's code is EPERM
// where the caller may not see them; otherwise as of ask_agent_object().
core::Result<boost::json::object> ask_devices(const std::string& socket);

}  // namespace vaktpost::cli
