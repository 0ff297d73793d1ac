// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "platform/sessions/bus_connection.h"
#include "tests/fakes/private_bus.h"

namespace vaktpost::test {

namespace {

using namespace std::chrono_literals;

struct Loop {
    fakes::PrivateBus bus;
    boost::asio::io_context io;
    std::string ended;

    std::shared_ptr<platform::BusConnection> open() {
        auto opened = platform::BusConnection::open(
            io, bus.address(), [this](const core::Error& error) { ended = error.text(); });
        REQUIRE(opened.ok());
        return *opened;
    }
    bool idle() {
        io.restart();
        return io.poll() == 0;
    }
    template <class Holds>
    bool until(Holds holds) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (!holds() && std::chrono::steady_clock::now() < end) {
            io.restart();
            io.run_for(1ms);
        }
        return holds();
    }
};

platform::MessagePtr get_id(platform::BusConnection& connection) {
    return connection.method_call("org.freedesktop.DBus", "/org/freedesktop/DBus",
                                  "org.freedesktop.DBus", "GetId");
}

}  // namespace

TEST_CASE_METHOD(Loop, "calls queued before the connection stands are answered in order") {
    const auto connection = open();
    std::vector<int> answers;
    for (int i = 0; i < 100; ++i)
        REQUIRE(connection->call(get_id(*connection), 5s,
                                 [&answers, i](sd_bus_message*) { answers.push_back(i); }));
    REQUIRE(until([&] { return answers.size() == 100; }));
    CHECK(std::is_sorted(answers.begin(), answers.end()));
}

TEST_CASE_METHOD(Loop, "an idle connection gives the loop nothing to do") {
    const auto connection = open();
    bool answered = false;
    REQUIRE(connection->call(get_id(*connection), 5s, [&](sd_bus_message*) { answered = true; }));
    REQUIRE(until([&] { return answered; }));
    REQUIRE(until([&] { return idle(); }));
    CHECK(idle());
}

TEST_CASE_METHOD(Loop, "a bus that goes away ends the connection, and later calls are refused") {
    const auto connection = open();
    bool answered = false;
    REQUIRE(connection->call(get_id(*connection), 5s, [&](sd_bus_message*) { answered = true; }));
    REQUIRE(until([&] { return answered; }));
    bus.stop();
    REQUIRE(until([&] { return !ended.empty(); }));
    CHECK_FALSE(connection->call(get_id(*connection), 5s, [](sd_bus_message*) {}));
    CHECK_FALSE(connection->subscribe("type='signal'", [](sd_bus_message*) {}));
}

TEST_CASE_METHOD(Loop, "a connection may be given up from within a handler") {
    auto connection = open();
    bool answered = false;
    REQUIRE(connection->call(get_id(*connection), 5s, [&](sd_bus_message*) {
        answered = true;
        connection.reset();
    }));
    REQUIRE(until([&] { return answered; }));
    REQUIRE(until([&] { return idle(); }));
    CHECK(ended.empty());
}

TEST_CASE_METHOD(Loop, "no bus at the address is an error that names the operation") {
    bus.stop();
    const auto opened = platform::BusConnection::open(io, bus.address(), [](const core::Error&) {});
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().operation == "connect to the message bus");
}

}  // namespace vaktpost::test
