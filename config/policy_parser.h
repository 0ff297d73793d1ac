// SPDX-License-Identifier: GPL-3.0-or-later
// The policy file, vaktpost-policy(5).
#pragma once

#include <string_view>
#include <vector>

#include "agent/core/policy.h"
#include "agent/core/result.h"
#include "config/problem.h"

namespace vaktpost::config {

struct PolicyCheck {
    core::Policy policy;            // for use only where there are no problems
    std::vector<Problem> problems;  // all of them, in the order of the file
};

PolicyCheck check_policy(std::string_view text);

// The policy, or an Error whose text() is "FILE:LINE:COL: message" of the first problem.
core::Result<core::Policy> parse_policy(std::string_view text, std::string_view file_name);

}  // namespace vaktpost::config
