// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/time.h"

namespace vaktpost::platform {

// CLOCK_BOOTTIME, clock_gettime(2). Any thread.
core::Instant now();

}  // namespace vaktpost::platform
