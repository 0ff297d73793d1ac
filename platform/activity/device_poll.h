// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <optional>

#include "platform/activity/input_system.h"

namespace vaktpost::platform {

// Waits for a device's descriptors, which stay the device's. Asio keeps a descriptor in its epoll
// set as long as it holds it, waited for or not: this holds none that is not polled, or each event
// would wake the loop.
class DevicePoll {
  public:
    // Calls `readable` from the loop when one of them can be read; it may be called once more after
    // stop(). A descriptor that cannot be polled is left out. Does nothing while polling already.
    void start(boost::asio::io_context& io, const InputDevice& input,
               const std::function<void()>& readable);
    void stop();

  private:
    std::array<std::optional<boost::asio::posix::stream_descriptor>, 2> waits_;
};

}  // namespace vaktpost::platform
