// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>

#include "agent/core/actions.h"
#include "platform/base/boot_timer.h"

namespace vaktpost {

// Core's deadlines on one timer. Loop thread only.
class DeadlineQueue {
  public:
    using Handler = std::function<void(const core::DeadlineId&)>;

    DeadlineQueue(boost::asio::io_context& io, Handler due) : timer_(io), due_(std::move(due)) {}

    void set(const core::DeadlineId& id, core::Instant at);
    void cancel(const core::DeadlineId& id);

  private:
    void rearm();
    void fire();

    platform::BootTimer timer_;
    Handler due_;
    std::map<core::DeadlineId, core::Instant> pending_;
};

}  // namespace vaktpost
