// SPDX-License-Identifier: GPL-3.0-or-later
// The heart: one event in, the actions it demands out. Pure: no clock, no file, no thread, no
// device, so that every behaviour is a text scenario (tests/scenario) and every incident can be
// replayed.
#pragma once

#include <vector>

#include "agent/core/actions.h"
#include "agent/core/events.h"
#include "agent/core/policy.h"
#include "agent/core/state.h"

namespace vaktpost::core {

using Actions = std::vector<Action>;

// `now` is CLOCK_BOOTTIME and never goes back between two calls. Protection before
// paperwork: the caller performs all other actions first, in order, and the AppendEvents after
// them.
Actions decide(State& state, const Policy& policy, const Event& event, Instant now);

}  // namespace vaktpost::core
