// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/boot_timer.h"

#include <catch2/catch.hpp>
#include <memory>

#include "platform/base/clock.h"

using namespace std::chrono_literals;
using vaktpost::core::Instant;
using vaktpost::platform::BootTimer;
using vaktpost::platform::now;

TEST_CASE("a boot timer calls its handler once, not before its time") {
    boost::asio::io_context io;
    BootTimer timer(io);
    const Instant due = now() + 20ms;
    int calls = 0;
    timer.expires_at(due, [&] {
        ++calls;
        CHECK(now() >= due);
    });
    io.run();
    CHECK(calls == 1);
}

TEST_CASE("a boot timer set to the past is due at once") {
    boost::asio::io_context io;
    BootTimer timer(io);
    bool called = false;
    timer.expires_at(Instant{}, [&] { called = true; });
    io.run_for(5s);
    CHECK(called);
}

TEST_CASE("setting a boot timer again replaces what was due") {
    boost::asio::io_context io;
    BootTimer timer(io);
    std::string calls;
    timer.expires_at(Instant{}, [&] { calls += "a"; });
    timer.expires_at(now() + 10ms, [&] { calls += "b"; });
    timer.expires_at(now() + 5ms, [&] { calls += "c"; });
    io.run();
    CHECK(calls == "c");
}

TEST_CASE("a cancelled boot timer stays silent and can be set again") {
    boost::asio::io_context io;
    BootTimer timer(io);
    int calls = 0;
    timer.expires_at(Instant{}, [&] { calls += 100; });
    timer.cancel();
    timer.expires_at(now() + 5ms, [&] { ++calls; });
    io.run();
    CHECK(calls == 1);
}

TEST_CASE("a boot timer may be set again or destroyed by its own handler") {
    boost::asio::io_context io;
    auto timer = std::make_unique<BootTimer>(io);
    int calls = 0;
    timer->expires_at(Instant{}, [&] {
        ++calls;
        timer->expires_at(now() + 1ms, [&] {
            ++calls;
            timer.reset();
        });
    });
    io.run();
    CHECK(calls == 2);
    CHECK(timer == nullptr);
}
