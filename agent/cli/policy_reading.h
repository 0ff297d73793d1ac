// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "agent/core/policy.h"

namespace vaktpost::cli {

// Nothing where the file cannot be read or is no valid policy: standard error then says why, with a
// line FILE:LINE:COL: message for each problem.
std::optional<core::Policy> read_policy(const std::string& file);

}  // namespace vaktpost::cli
