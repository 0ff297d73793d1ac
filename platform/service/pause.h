// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/time.h"

namespace vaktpost::platform {

// Waits for a time of CLOCK_BOOTTIME; one in the past is over at once. For programs that have
// nothing else to do meanwhile.
void pause_until(core::Instant at);

}  // namespace vaktpost::platform
