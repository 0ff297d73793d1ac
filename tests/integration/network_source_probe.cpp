// SPDX-License-Identifier: GPL-3.0-or-later
// The real network source in the network namespace it is started in: network_source_probe SYS. Each
// event is a line on standard output; ends when standard input does.
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdio>
#include <string>

#include "platform/network/network_source.h"

using namespace vaktpost;

namespace {

std::string text_of(const core::NetworkSeen& seen) {
    std::string text = "seen";
    for (const auto& uplink : seen.uplinks) {
        text += " " + uplink.interface + ":" + std::string(to_string(uplink.kind));
        for (const auto& name : uplink.also) text += "+" + name;
    }
    if (seen.sharing.ipv4) text += " forwarding4";
    if (seen.sharing.ipv6) text += " forwarding6";
    for (const auto& bridge : seen.sharing.bridges) text += " bridge:" + bridge;
    return text;
}

void print(const core::Event& event) {
    if (const auto* seen = std::get_if<core::NetworkSeen>(&event))
        std::puts(text_of(*seen).c_str());
    if (std::holds_alternative<core::SourceBack>(event)) std::puts("ready");
    if (const auto* lost = std::get_if<core::SourceLost>(&event))
        std::puts(("lost " + lost->cause).c_str());
    std::fflush(stdout);
}

}  // namespace

int main(int, char** arguments) {
    boost::asio::io_context io{1};
    platform::Workers workers{io};
    platform::NetworkSource source{io, print, workers, arguments[1]};
    boost::asio::posix::stream_descriptor end{io, 0};
    end.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [&](const boost::system::error_code&) { io.stop(); });
    source.start();
    io.run();
    return 0;
}
