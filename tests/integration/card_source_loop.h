// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>

#include "smartcard/pcsc_source.h"

namespace vaktpost::test {

// Runs a card source until standard input ends. Each byte that comes there calls `on_byte`.
inline void run_until_input_ends(boost::asio::io_context& loop, smartcard::PcscSource& source,
                                 std::chrono::seconds check_interval,
                                 const std::function<void()>& on_byte) {
    source.start();

    boost::asio::steady_timer checks{loop};
    std::function<void()> check = [&] {
        checks.expires_after(check_interval);
        checks.async_wait([&](const boost::system::error_code& error) {
            if (error) return;
            source.check();
            check();
        });
    };
    check();

    boost::asio::posix::stream_descriptor input{loop, ::dup(STDIN_FILENO)};
    std::array<char, 1> byte{};
    std::function<void()> listen = [&] {
        input.async_read_some(boost::asio::buffer(byte),
                              [&](const boost::system::error_code& ended, std::size_t) {
                                  if (ended) return loop.stop();
                                  on_byte();
                                  listen();
                              });
    };
    listen();
    loop.run();
    source.stop();
}

}  // namespace vaktpost::test
