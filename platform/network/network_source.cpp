// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/network_source.h"

#include <linux/rtnetlink.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include "platform/base/clock.h"
#include "platform/network/network_reading.h"
#include "platform/network/route_messages.h"

namespace vaktpost::platform {

NetworkSource::NetworkSource(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
                             std::filesystem::path sys)
    : sink_(std::move(sink)),
      workers_(workers),
      sys_(std::move(sys)),
      retry_(io),
      descriptor_(io) {}

NetworkSource::~NetworkSource() {
    close();
}

void NetworkSource::start() {
    open();
}

void NetworkSource::rescan() {
    if (kernel_) look();
}

// Listening first, so that nothing changes unnoticed between the answer and that.
void NetworkSource::open() {
    const auto listening = listen();
    if (!listening) return lost(listening.error().text());
    wait();
    look();
}

core::Status NetworkSource::listen() {
    static constexpr std::array<unsigned, 7> groups{
        RTNLGRP_LINK,       RTNLGRP_IPV4_IFADDR,  RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE,
        RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF};
    auto opened = NetlinkSocket::open(NETLINK_ROUTE, NetlinkSocket::Mode::non_blocking);
    if (!opened) return opened.error();
    for (const auto group : groups)
        if (const auto joined = opened->join(group); !joined) return joined.error();
    boost::system::error_code failed;
    descriptor_.assign(opened->get(), failed);
    if (failed) return core::system_error(failed.value(), "wait for the kernel's network events");
    kernel_ = std::move(*opened);
    return core::Done{};
}

void NetworkSource::wait() {
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           alive_.guard([this](const boost::system::error_code& error) {
                               if (!error && kernel_) receive();
                           }));
}

void NetworkSource::receive() {
    bool changed = false;
    for (;;) {
        const auto bytes = kernel_->receive();
        if (bytes) {
            changed = changed || is_change(*bytes);
            continue;
        }
        const int error = bytes.error().code;
        if (error == EAGAIN) break;
        // Some were lost, or one was too long to be read: they said that something changed.
        if (error != ENOBUFS && error != EMSGSIZE) return lost(bytes.error().text());
        changed = true;
    }
    wait();
    if (changed) look();
}

void NetworkSource::look() {
    if (std::exchange(looking_, true)) {
        look_again_ = true;
        return;
    }
    const auto seen = std::make_shared<std::optional<core::Result<core::NetworkSeen>>>();
    workers_.run(
        "network", [seen, sys = sys_] { seen->emplace(read_network(sys)); },
        alive_.guard([this, seen] { have_looked(std::move(**seen)); }));
}

void NetworkSource::have_looked(core::Result<core::NetworkSeen> seen) {
    looking_ = false;
    if (!kernel_) return;  // lost meanwhile; looks again when it is back
    if (!seen) return lost(seen.error().text());
    backoff_.reset();
    if (told_ != *seen) {
        told_ = *seen;
        sink_(*told_);
    }
    if (!std::exchange(ready_, true)) sink_(core::SourceBack{core::Source::network, {}});
    // Told first: whoever makes changes without end must not keep what there is from being told.
    if (std::exchange(look_again_, false)) look();
}

void NetworkSource::lost(const std::string& cause) {
    close();
    ready_ = false;
    sink_(core::SourceLost{core::Source::network, cause});
    retry_.expires_at(now() + backoff_.next(), [this] { open(); });
}

void NetworkSource::close() {
    if (descriptor_.is_open()) static_cast<void>(descriptor_.release());
    kernel_.reset();
}

}  // namespace vaktpost::platform
