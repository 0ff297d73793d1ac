// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/policy.h"
#include "config/document.h"
#include "config/problem.h"

namespace vaktpost::config {

// What no single key can get wrong: keys that contradict each other. `root` is the file that the
// policy was read from, for the places.
void check_consistency(const Value& root, const core::Policy& policy, Problems& problems);

}  // namespace vaktpost::config
