// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "platform/base/boot_timer.h"

namespace vaktpost::platform {

// systemd's side of the bargain, sd_notify(3). Without systemd it does nothing.
class ServiceManager {
  public:
    explicit ServiceManager(boost::asio::io_context& io) : timer_(io) {}

    // READY=1, and from now on a watchdog sign at half of WATCHDOG_USEC, from the loop itself: a
    // loop that hangs falls silent and is restarted. `each_time` runs with every sign, every minute
    // where there is no watchdog: what else must look after itself now and then shares this one
    // wakeup.
    void ready(std::function<void()> each_time);

    // One line for `systemctl status`.
    static void status(const std::string& text);

    static void reloading();
    static void reloaded();
    static void stopping();

  private:
    void keep_alive();

    BootTimer timer_;
    std::function<void()> each_time_;
    core::Duration interval_ = std::chrono::minutes(1);
};

}  // namespace vaktpost::platform
