// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/unit/sessions/sessions_fixture.h"

namespace vaktpost::test {

using Strings = std::vector<std::string>;
using core::LockStep;

namespace {

struct Desktop : SessionsFixture {
    Desktop() {
        logind.add({.id = "c2"});
        source.start();
        REQUIRE(until_told("back sessions"));
    }
};

}  // namespace

TEST_CASE_METHOD(Desktop, "the curtain is a unit of that session, started by systemd") {
    services.come(fakes::systemd_name);
    source.lock({"c2"}, LockStep::curtain);
    REQUIRE(until_told("signalled c2 curtain ok"));
    CHECK(services.started == Strings{"vaktpost-curtain@c2.service replace"});
}

TEST_CASE_METHOD(Desktop, "a curtain that systemd refuses, or no systemd to ask, is no step") {
    source.lock({"c2"}, LockStep::curtain);
    REQUIRE(until_told("signalled c2 curtain not"));
    told.clear();
    services.come(fakes::systemd_name);
    services.refuse_units = true;
    source.lock({"c2"}, LockStep::curtain);
    REQUIRE(until_told("signalled c2 curtain not"));
}

TEST_CASE_METHOD(Desktop, "the curtain needs no logind") {
    services.come(fakes::systemd_name);
    logind.leave();
    REQUIRE(until_told("lost sessions"));
    source.lock({"c2"}, LockStep::curtain);
    REQUIRE(until_told("signalled c2 curtain ok"));
}

TEST_CASE_METHOD(Desktop, "a session id that could name another unit never gets to systemd") {
    services.come(fakes::systemd_name);
    for (const char* id : {"", "2.service", "../2", "2@3", "2 ", "\xc3\xa6"}) {
        source.lock({id}, LockStep::curtain);
        REQUIRE(until_told("signalled " + std::string(id) + " curtain not"));
    }
    CHECK_FALSE(platform::valid_session_id({std::string(64, 'x')}));
    CHECK(services.started.empty());
}

TEST_CASE_METHOD(Desktop, "the only seat of the display manager is seat0, whatever its number") {
    services.come(fakes::display_manager_name);
    services.seats = {"/org/freedesktop/DisplayManager/Seat3"};
    source.lock({"c2"}, LockStep::greeter);
    REQUIRE(until_told("signalled c2 greeter ok"));
    CHECK(services.greeters == Strings{"/org/freedesktop/DisplayManager/Seat3"});
}

TEST_CASE_METHOD(Desktop, "of several seats the greeter comes to the one with the user's session") {
    const std::string path = "/org/freedesktop/DisplayManager/";
    services.come(fakes::display_manager_name);
    services.seats = {path + "Seat0", path + "Seat1"};  // met in the other order than by logind
    services.sessions = {{path + "Session0", "doctor", path + "Seat0"},
                         {path + "Session1", "nurse", path + "Seat1"}};
    source.lock({"c2"}, LockStep::greeter);
    REQUIRE(until_told("signalled c2 greeter ok"));
    CHECK(services.greeters == Strings{path + "Seat1"});
}

TEST_CASE_METHOD(Desktop,
                 "where it is not certain which of several seats is meant none is touched") {
    const std::string path = "/org/freedesktop/DisplayManager/";
    services.come(fakes::display_manager_name);
    services.seats = {path + "Seat0", path + "Seat1"};
    source.lock({"c2"}, LockStep::greeter);
    REQUIRE(until_told("signalled c2 greeter not"));
    told.clear();
    services.sessions = {{path + "Session0", "nurse", path + "Seat0"},
                         {path + "Session1", "nurse", path + "Seat1"}};
    source.lock({"c2"}, LockStep::greeter);
    REQUIRE(until_told("signalled c2 greeter not"));
    told.clear();
    services.sessions = {{path + "Session0", "doctor", path + "Seat0"}};
    source.lock({"c2"}, LockStep::greeter);
    REQUIRE(until_told("signalled c2 greeter not"));
    CHECK(services.greeters.empty());
}

TEST_CASE_METHOD(Desktop, "without a display manager, or refused by it, the greeter is no step") {
    source.lock({"c2"}, LockStep::greeter);
    REQUIRE(until_told("signalled c2 greeter not"));
    told.clear();
    services.come(fakes::display_manager_name);
    services.refuse_greeter = true;
    source.lock({"c2"}, LockStep::greeter);
    REQUIRE(until_told("signalled c2 greeter not"));
    CHECK(services.greeters.size() == 1);
}

TEST_CASE_METHOD(Desktop, "the login screen offered to the next person is no step of a lock") {
    services.come(fakes::display_manager_name);
    services.seats = {"/org/freedesktop/DisplayManager/Seat0"};
    source.offer_login({"c2"});
    REQUIRE(until([&] { return services.greeters.size() == 1; }));
    source.offer_login({"unknown"});
    source.lock({"c2"}, LockStep::greeter);
    REQUIRE(until_told("signalled c2 greeter ok"));
    CHECK(services.greeters.size() == 2);
    CHECK(std::count(told.begin(), told.end(), "signalled c2 greeter ok") == 1);
}

TEST_CASE_METHOD(Desktop, "a display manager that the bus could start is not started for this") {
    const auto started = bus.offer(fakes::display_manager_name);
    source.lock({"c2"}, LockStep::greeter);
    REQUIRE(until_told("signalled c2 greeter not"));
    CHECK_FALSE(std::filesystem::exists(started));
    // Asked without that care, the bus does start it.
    sd_bus* other = nullptr;
    REQUIRE(sd_bus_new(&other) >= 0);
    REQUIRE(sd_bus_set_address(other, bus.address().c_str()) >= 0);
    REQUIRE(sd_bus_set_bus_client(other, 1) >= 0);
    REQUIRE(sd_bus_start(other) >= 0);
    sd_bus_call_method_async(
        other, nullptr, fakes::display_manager_name, "/", "a.b", "C",
        [](sd_bus_message*, void*, sd_bus_error*) { return 0; }, nullptr, "");
    CHECK(until([&] {
        sd_bus_process(other, nullptr);
        return std::filesystem::exists(started);
    }));
    sd_bus_close_unref(other);
}

TEST_CASE_METHOD(Desktop, "a display manager that leaves while it is asked is no step") {
    services.come(fakes::display_manager_name);
    source.lock({"c2"}, LockStep::greeter);
    services.stop();
    REQUIRE(until_told("signalled c2 greeter not"));
}

TEST_CASE_METHOD(Desktop, "a seat that the display manager does not have is left alone") {
    logind.add({.id = "5", .seat = "seat-usb-1"});
    services.come(fakes::display_manager_name);
    REQUIRE(until_told("opened 5 uid=1000 seat=seat-usb-1 graphical active"));
    source.lock({"5"}, LockStep::greeter);
    REQUIRE(until_told("signalled 5 greeter not"));
    CHECK(services.greeters.empty());
}

}  // namespace vaktpost::test
