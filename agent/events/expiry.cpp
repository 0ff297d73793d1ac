// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/expiry.h"

namespace vaktpost::events {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

milliseconds ahead(core::Instant now, WallTime wall) {
    return wall.time_since_epoch() -
           std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
}

}  // namespace

Expiry::Expiry(core::Instant now, WallTime wall)
    : due_(now + hours(1)), wall_ahead_(ahead(now, wall)) {}

bool Expiry::is_due(core::Instant now, WallTime wall) {
    if (now < due_) return false;
    const auto before = wall_ahead_;
    wall_ahead_ = ahead(now, wall);
    due_ = now + hours(24);
    return wall_ahead_ - before <= hours(1);
}

}  // namespace vaktpost::events
