// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "agent/core/medium.h"
#include "agent/core/result.h"
#include "platform/devices/paths.h"

namespace vaktpost::enroll {

// Refuses a medium that a running agent did not admit whatever it holds: in the middle of enrolment
// it is neither encrypted nor plain, and the agent would take it away. Without an agent nobody
// does.
core::Status leaves_it_alone(const std::string& path, const core::MediumId& medium,
                             const platform::DevicePaths& paths);

}  // namespace vaktpost::enroll
