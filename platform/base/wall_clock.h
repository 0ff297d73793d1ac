// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

#include "agent/core/wall.h"

namespace vaktpost::platform {

// What the clock on the wall shows now, with the offset of the machine's time zone (/etc/localtime,
// read anew when it has changed). Loop thread: it reads a small file.
core::Wall wall_now();

// Calls whenever somebody sets the clock, and after sleep: timerfd_create(2), cancel on set.
// Without such a timer it never calls. Loop thread only.
class WallClock {
  public:
    using Handler = std::function<void()>;

    WallClock(boost::asio::io_context& io, Handler was_set);
    WallClock(const WallClock&) = delete;
    WallClock& operator=(const WallClock&) = delete;
    ~WallClock();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace vaktpost::platform
