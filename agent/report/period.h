// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/core/result.h"
#include "agent/events/wall_time.h"

namespace vaktpost::report {

// From one time up to another, which does not belong to it; days are those of UTC.
struct Period {
    static constexpr std::size_t most_days = 366;

    events::WallTime from;
    events::WallTime to;

    [[nodiscard]] bool holds(events::WallTime time) const { return from <= time && time < to; }

    // Days that it touches.
    [[nodiscard]] std::size_t days() const;
    // Which of them that is; only for a time that it holds.
    [[nodiscard]] std::size_t day_of(events::WallTime time) const;
    // "2026-03-01"
    [[nodiscard]] std::string day_text(std::size_t day) const;
};

// As typed: RFC 3339 times or days, YYYY-MM-DD; a day is meant whole, at both ends. An empty `to`
// is now, an empty `from` the seven days that end there.
core::Result<Period> period_of(std::string_view from, std::string_view to, events::WallTime now);

}  // namespace vaktpost::report
