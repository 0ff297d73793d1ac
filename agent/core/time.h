// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

namespace vaktpost::core {

using Duration = std::chrono::microseconds;

// Time since boot, suspend included: CLOCK_BOOTTIME, see clock_gettime(2). It has no now() here:
// core is given the time and never asks for it, so that an incident can be replayed.
struct BootClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<BootClock, duration>;
    static constexpr bool is_steady = true;
};

using Instant = BootClock::time_point;

constexpr std::int64_t to_ms(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace vaktpost::core
