// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/timer.h"

#include <ctime>

namespace vaktpost::session_helper {

void Timer::start(sd_event* loop, std::uint64_t milliseconds, Ring ring, void* context) {
    stop();
    ring_ = ring;
    context_ = context;
    sd_event_add_time_relative(loop, &source_, CLOCK_BOOTTIME, milliseconds * 1000, 10'000, rings,
                               this);
}

void Timer::stop() {
    source_ = sd_event_source_disable_unref(source_);
}

int Timer::rings(sd_event_source*, std::uint64_t, void* context) {
    auto& self = *static_cast<Timer*>(context);
    self.stop();
    self.ring_(self.context_);
    return 0;
}

}  // namespace vaktpost::session_helper
