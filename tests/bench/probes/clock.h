// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sched.h>

#include <cstdint>
#include <ctime>

// Microseconds since boot, suspended time included: the clock of Vaktpost's records (boot_us) and
// of ftrace's "boot".
inline std::int64_t boot_us() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

// A stamp then tells when something came, not when the probe got its turn.
inline void stamp_at_once() {
    const sched_param lowest{1};
    sched_setscheduler(0, SCHED_FIFO, &lowest);
}
