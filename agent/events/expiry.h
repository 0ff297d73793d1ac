// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/time.h"
#include "agent/events/wall_time.h"

namespace vaktpost::events {

// When the log looks for records that are too old: an hour after its opening, when the wall clock
// has been set, and then daily. A clock that was set forward by more than an hour puts it off for a
// day: a wrong year must not empty the log before somebody has seen it.
class Expiry {
  public:
    Expiry(core::Instant now, WallTime wall);

    [[nodiscard]] bool is_due(core::Instant now, WallTime wall);

  private:
    core::Instant due_;
    std::chrono::milliseconds wall_ahead_;  // of the time since boot
};

}  // namespace vaktpost::events
