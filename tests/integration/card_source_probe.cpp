// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the real card source and prints each event it reports as one line: CLOCK_BOOTTIME in
// microseconds, the event, and the reader or cause. Ends when standard input does.
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <functional>
#include <string>
#include <variant>

#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "smartcard/pcsc_source.h"

using namespace vaktpost;

namespace {

void print(const char* event, const std::string& detail) {
    std::printf("%" PRId64 " %s %s\n",
                static_cast<std::int64_t>(platform::now().time_since_epoch().count()), event,
                platform::printable(detail).c_str());
    std::fflush(stdout);
}

void print_event(const core::Event& event) {
    if (const auto* inserted = std::get_if<core::CardInserted>(&event))
        print("inserted", inserted->reader.value);
    else if (const auto* removed = std::get_if<core::CardRemoved>(&event))
        print("removed", removed->reader.value);
    else if (const auto* presence = std::get_if<core::PresenceLost>(&event))
        print("presence_lost", presence->reader.value);
    else if (const auto* lost = std::get_if<core::SourceLost>(&event))
        print("lost", lost->cause);
    else if (std::holds_alternative<core::SourceBack>(event))
        print("back", "");
    else
        print("unexpected", std::to_string(event.index()));
}

}  // namespace

int main() {
    boost::asio::io_context loop;
    smartcard::PcscSource source{loop, print_event};
    source.start();

    boost::asio::steady_timer checks{loop};
    std::function<void()> check = [&] {
        checks.expires_after(std::chrono::seconds{1});
        checks.async_wait([&](const boost::system::error_code& error) {
            if (error) return;
            source.check();
            check();
        });
    };
    check();

    boost::asio::posix::stream_descriptor input{loop, ::dup(STDIN_FILENO)};
    std::array<char, 1> byte{};
    input.async_read_some(boost::asio::buffer(byte),
                          [&](const boost::system::error_code&, std::size_t) { loop.stop(); });
    loop.run();
    source.stop();
}
