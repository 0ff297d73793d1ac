// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/clock.h"

#include <ctime>

namespace vaktpost::platform {

core::Instant now() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return core::Instant(std::chrono::duration_cast<core::Duration>(
        std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec)));
}

}  // namespace vaktpost::platform
