// SPDX-License-Identifier: GPL-3.0-or-later
// Which step towards a lock comes next.
#pragma once

#include "agent/core/policy.h"
#include "agent/core/state.h"

namespace vaktpost::core {

// The first step, before the policy's escalation. None: there is nothing to be done now.
std::optional<LockStep> first_step(const Session& session, const Policy& policy,
                                   LockTrigger trigger);

// The next step of the policy's escalation that can be taken on this session; moves
// `session.attempt.next` behind it. None: no step is left.
std::optional<LockStep> next_step(Session& session, const Policy& policy);

}  // namespace vaktpost::core
