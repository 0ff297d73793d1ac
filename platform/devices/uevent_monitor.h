// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "agent/core/result.h"
#include "platform/devices/uevent.h"

namespace vaktpost::platform {

// The kernel's uevents of USB, block and input devices, by libudev from the netlink group "kernel":
// it needs no udevd and is there before udev's rules have run. Loop thread only.
class UeventMonitor {
  public:
    struct Handlers {
        std::function<void(const Uevent&)> uevent;
        std::function<void()> overrun;  // events were lost: everything must be read anew
        std::function<void(const std::string& cause)>
            lost;  // no more events will come until open()
    };

    UeventMonitor(boost::asio::io_context& io, Handlers handlers);
    UeventMonitor(const UeventMonitor&) = delete;
    UeventMonitor& operator=(const UeventMonitor&) = delete;
    ~UeventMonitor();

    // Opens it, anew after a loss. From here on events are kept, so that a scan begun afterwards
    // misses nothing.
    core::Status open();

  private:
    struct State;
    boost::asio::io_context& io_;
    Handlers handlers_;
    std::shared_ptr<State> state_;
};

}  // namespace vaktpost::platform
