// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/service/pause.h"

#include <cerrno>
#include <ctime>

namespace vaktpost::platform {

void pause_until(core::Instant at) {
    const auto since_boot = at.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
    const timespec until{seconds.count(), std::chrono::nanoseconds(since_boot - seconds).count()};
    while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &until, nullptr) == EINTR) continue;
}

}  // namespace vaktpost::platform
