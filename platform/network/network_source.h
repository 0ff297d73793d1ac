// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "agent/ports/event_sink.h"
#include "platform/base/alive.h"
#include "platform/base/backoff.h"
#include "platform/base/boot_timer.h"
#include "platform/base/workers.h"
#include "platform/network/netlink_socket.h"

namespace vaktpost::platform {

// Which networks the machine is on, as NetworkSeen: once at start, and whenever it has changed. The
// kernel's notifications only say that something did; everything is then asked anew, since the
// kernel does not tell all (a route that goes with its interface), and a notification that got lost
// costs nothing. Wakes nobody while nothing changes.
//
// Source `network`: ready after the first answer, lost while the kernel cannot be listened to or
// asked; tries for ever. Loop thread only; all arguments by reference must outlive it.
class NetworkSource {
  public:
    NetworkSource(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
                  std::filesystem::path sys = "/sys");
    ~NetworkSource();
    NetworkSource(const NetworkSource&) = delete;
    NetworkSource& operator=(const NetworkSource&) = delete;

    void start();

    // Asks anew: after sleep.
    void rescan();

  private:
    void open();
    core::Status listen();
    void wait();
    void receive();
    void look();
    void have_looked(core::Result<core::NetworkSeen> seen);
    void lost(const std::string& cause);
    void close();

    ports::EventSink sink_;
    Workers& workers_;
    std::filesystem::path sys_;
    BootTimer retry_;
    Backoff backoff_{std::chrono::seconds(1), std::chrono::minutes(1)};
    std::optional<NetlinkSocket> kernel_;
    boost::asio::posix::stream_descriptor descriptor_;  // waits for it; owns nothing
    std::optional<core::NetworkSeen> told_;
    bool looking_ = false;
    bool look_again_ = false;
    bool ready_ = false;
    Alive alive_;
};

}  // namespace vaktpost::platform
