// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "agent/core/time.h"

namespace vaktpost::platform {

// A one-shot timer on CLOCK_BOOTTIME (timerfd_create(2)): it also runs while the machine sleeps and
// is due at once when it wakes. Asio's own timers stand still meanwhile. Loop thread only.
class BootTimer {
  public:
    using Handler = std::function<void()>;

    // Throws std::system_error when the kernel has no timer left to give.
    explicit BootTimer(boost::asio::io_context& io);
    BootTimer(const BootTimer&) = delete;
    BootTimer& operator=(const BootTimer&) = delete;
    ~BootTimer();

    // Calls `handler` once, from the loop, at `at` or soon after; a time in the past is due at
    // once. Replaces what was set before. The handler may set the timer again, cancel or destroy
    // it.
    void expires_at(core::Instant at, Handler handler);

    // The handler will not be called any more, even if it was already due.
    void cancel();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace vaktpost::platform
