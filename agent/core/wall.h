// SPDX-License-Identifier: GPL-3.0-or-later
// The clock on the wall, as data: core is told once how it runs and reckons from there.
#pragma once

#include <cstdint>
#include <string>

#include "agent/core/time.h"

namespace vaktpost::core {

// Time since 1970-01-01T00:00:00Z.
using WallTime = std::chrono::milliseconds;

inline constexpr std::int64_t minutes_of_day = 1440;
inline constexpr std::int64_t minutes_of_week = 7 * minutes_of_day;

// What the wall's clock showed at one instant. Good until somebody sets it or the summer time
// begins or ends: then the runtime tells it anew.
struct Wall {
    Instant at;
    WallTime utc{};
    std::chrono::seconds offset{};  // local time is that much ahead of UTC

    [[nodiscard]] WallTime utc_at(Instant now) const {
        return utc + std::chrono::duration_cast<WallTime>(now - at);
    }
    // Milliseconds since Monday 00:00 local time.
    [[nodiscard]] std::chrono::milliseconds of_week(Instant now) const;
    [[nodiscard]] Instant instant_of(WallTime time) const { return at + (time - utc); }
};

// RFC 3339, in UTC, whole seconds: "2027-02-20T00:00:00Z"
std::string utc_text(WallTime time);

// A stretch of every local week.
struct WeekSpan {
    std::int64_t begin = 0;   // minutes since Monday 00:00
    std::int64_t length = 0;  // minutes, at most a day; it may run past midnight

    [[nodiscard]] bool holds(std::chrono::milliseconds of_week) const;
    // From there to its next begin or end, whichever comes first; above zero.
    [[nodiscard]] std::chrono::milliseconds to_change(std::chrono::milliseconds of_week) const;
    bool operator==(const WeekSpan&) const = default;
};

}  // namespace vaktpost::core
