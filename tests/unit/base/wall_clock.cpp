// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/wall_clock.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "platform/base/sha256.h"

using namespace vaktpost::platform;

TEST_CASE("the wall's clock is told with the offset of the machine's time zone") {
    ::setenv("TZ", "UTC-2", 1);  // POSIX: east of Greenwich is negative
    CHECK(wall_now().offset == std::chrono::hours(2));
    ::setenv("TZ", "UTC+3:30", 1);
    CHECK(wall_now().offset == -std::chrono::minutes(210));
    ::unsetenv("TZ");
}

TEST_CASE("a clock that nobody sets calls nobody, and may end at any time") {
    boost::asio::io_context io;
    int called = 0;
    {
        const WallClock clock(io, [&] { ++called; });
        io.poll();
    }
    io.restart();
    io.poll();
    CHECK(called == 0);
}

TEST_CASE("SHA-256 is the standard's") {
    // FIPS 180-4's example: "abc"
    const std::uint8_t abc[] = {'a', 'b', 'c'};
    CHECK(sha256_hex(abc) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
