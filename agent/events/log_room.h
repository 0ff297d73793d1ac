// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

#include "agent/core/time.h"

namespace vaktpost::events {

// How much the log keeps on the machine, and for how long.
struct LogRoom {
    std::int64_t bytes = 64 << 20;
    core::Duration retention = std::chrono::hours(24 * 90);
    core::Duration routine_retention = std::chrono::hours(24 * 7);  // of RecordClass::routine_here
    bool centre = false;  // records leave the machine: what is removed before it has them is lost
};

}  // namespace vaktpost::events
