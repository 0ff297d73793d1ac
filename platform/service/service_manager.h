// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <string>

#include "platform/base/boot_timer.h"

namespace vaktpost::platform {

// systemd's side of the bargain, sd_notify(3). Without systemd it does nothing.
class ServiceManager {
  public:
    explicit ServiceManager(boost::asio::io_context& io) : timer_(io) {}

    // READY=1, and from now on a watchdog sign at half of WATCHDOG_USEC, from the loop itself: a
    // loop that hangs falls silent and is restarted.
    void ready();

    // One line for `systemctl status`.
    static void status(const std::string& text);

    static void reloading();
    static void reloaded();
    static void stopping();

  private:
    void keep_alive();

    BootTimer timer_;
    core::Duration interval_{};
};

}  // namespace vaktpost::platform
