// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/sessions/sessions_fixture.h"

namespace vaktpost::test {

namespace {

using Lines = std::vector<std::string>;

// A signal from somebody else on the bus, sent straight to the agent.
void forge(SessionsFixture& f, const std::string& path, const char* interface, const char* member,
           const std::function<void(sd_bus_message*)>& fill) {
    sd_bus* stranger = nullptr;
    REQUIRE(sd_bus_new(&stranger) >= 0);
    REQUIRE(sd_bus_set_address(stranger, f.bus.address().c_str()) >= 0);
    REQUIRE(sd_bus_set_bus_client(stranger, 1) >= 0);
    REQUIRE(sd_bus_start(stranger) >= 0);
    sd_bus_message* signal = nullptr;
    REQUIRE(sd_bus_message_new_signal(stranger, &signal, path.c_str(), interface, member) >= 0);
    fill(signal);
    REQUIRE(sd_bus_message_set_destination(signal, f.logind.client.c_str()) >= 0);
    REQUIRE(sd_bus_send(stranger, signal, nullptr) >= 0);
    sd_bus_message_unref(signal);
    // Once the bus has answered this it has passed the signal on.
    REQUIRE(sd_bus_call_method(stranger, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                               "org.freedesktop.DBus", "GetId", nullptr, nullptr, nullptr) >= 0);
    sd_bus_flush_close_unref(stranger);
}

}  // namespace

TEST_CASE_METHOD(
    SessionsFixture,
    "sessions present at start are opened, locked ones locked, then the source is back") {
    logind.add({.id = "2", .locked = true});
    logind.add(
        {.id = "c1", .uid = 0, .seat = "", .type = "tty", .state = "online", .active = false});
    source.start();
    REQUIRE(until_told("back sessions"));
    CHECK(told == Lines{"opened 2 uid=1000 seat=seat0 graphical active", "locked 2 hint",
                        "opened c1 uid=0 seat= remote", "back sessions"});
}

TEST_CASE_METHOD(SessionsFixture, "without any session the source is back as well") {
    source.start();
    REQUIRE(until_told("back sessions"));
    CHECK(told.size() == 1);
}

TEST_CASE_METHOD(SessionsFixture, "each kind of session gets its class") {
    logind.add({.id = "x", .type = "x11"});
    logind.add({.id = "g", .klass = "greeter"});
    logind.add({.id = "r", .seat = "", .type = "tty", .remote = true});
    logind.add({.id = "d", .seat = "", .type = "x11"});
    logind.add({.id = "t", .type = "tty"});
    logind.add({.id = "b", .seat = "", .klass = "background", .type = "unspecified"});
    logind.add({.id = "m", .klass = "manager"});
    logind.add({.id = "n", .klass = "user-of-tomorrow"});
    source.start();
    REQUIRE(until_told("back sessions"));
    CHECK(count("opened x uid=1000 seat=seat0 graphical active") == 1);
    CHECK(count("opened g uid=1000 seat=seat0 greeter active") == 1);
    CHECK(count("opened r uid=1000 seat= remote active") == 1);
    CHECK(count("opened d uid=1000 seat= remote active") == 1);
    CHECK(count("opened t uid=1000 seat=seat0 text active") == 1);
    CHECK(count("opened b uid=1000 seat= other active") == 1);
    CHECK(count("opened m uid=1000 seat=seat0 other active") == 1);
    CHECK(count("opened n uid=1000 seat=seat0 graphical active") == 1);
}

TEST_CASE_METHOD(SessionsFixture, "a session carries the name of its account") {
    logind.add({.id = "2", .user = "ward-7"});
    source.start();
    REQUIRE(until_told("back sessions"));
    CHECK(std::get<core::SessionOpened>(events.front()).info.user == "ward-7");
}

TEST_CASE_METHOD(SessionsFixture,
                 "a greeter is told when it comes to the foreground and leaves it") {
    logind.add({.id = "g", .klass = "greeter", .type = "x11", .active = false});
    source.start();
    REQUIRE(until_told("opened g uid=1000 seat=seat0 greeter"));
    logind.session("g").active = true;
    logind.changed("g", "Active");
    REQUIRE(until_told("changed g active"));
    logind.session("g").active = false;
    logind.changed("g", "Active");
    REQUIRE(until_told("changed g inactive"));
}

TEST_CASE_METHOD(SessionsFixture, "a new session is opened and a removed one closed") {
    source.start();
    REQUIRE(until_told("back sessions"));
    logind.add({.id = "7"});
    REQUIRE(until_told("opened 7 uid=1000 seat=seat0 graphical active"));
    logind.remove("7");
    REQUIRE(until_told("closed 7"));
}

TEST_CASE_METHOD(SessionsFixture, "hint and foreground are followed") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    logind.session("2").locked = true;
    logind.changed("2", "LockedHint");
    REQUIRE(until_told("locked 2 hint"));
    logind.session("2").locked = false;
    logind.invalidated("2", "LockedHint");
    REQUIRE(until_told("unlocked 2 hint"));
    logind.session("2").active = false;
    logind.changed("2", "Active");
    REQUIRE(until_told("changed 2 inactive"));
    CHECK(count("closed 2") == 0);
}

TEST_CASE_METHOD(SessionsFixture,
                 "a session that turns Wayland after it opened is opened again as graphical") {
    logind.add({.id = "1", .type = "tty"});
    source.start();
    REQUIRE(until_told("opened 1 uid=1000 seat=seat0 text active"));
    logind.session("1").type = "wayland";
    logind.changed("1", "Type");
    REQUIRE(until_told("opened 1 uid=1000 seat=seat0 graphical active"));
}

TEST_CASE_METHOD(SessionsFixture, "a closing session counts as closed, once") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    logind.session("2").state = "closing";
    logind.session("2").active = false;
    logind.changed("2", "Active");
    REQUIRE(until_told("closed 2"));
    logind.remove("2");
    settle();
    CHECK(count("closed 2") == 1);
}

TEST_CASE_METHOD(SessionsFixture,
                 "when logind restarts the source is lost, then everything is told again") {
    logind.add({.id = "2", .locked = true});
    logind.add({.id = "3"});
    source.start();
    REQUIRE(until_told("back sessions"));
    told.clear();
    logind.leave();
    REQUIRE(until_told("lost sessions"));
    logind.session("2").locked = false;
    logind.remove("3");
    logind.join();
    REQUIRE(until_told("back sessions"));
    CHECK(told == Lines{"lost sessions", "opened 2 uid=1000 seat=seat0 graphical active",
                        "closed 3", "back sessions"});
}

TEST_CASE_METHOD(SessionsFixture,
                 "when the bus goes away the source is lost once and comes back with it") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    logind.leave();
    bus.stop();
    REQUIRE(until_told("lost sessions"));
    told.clear();
    bus.start();
    logind.join();
    REQUIRE(until_told("back sessions"));
    CHECK(count("lost sessions") == 0);
    CHECK(count("opened 2 uid=1000 seat=seat0 graphical active") == 1);
}

TEST_CASE_METHOD(SessionsFixture,
                 "without a bus at start the source is lost, then back when there is one") {
    logind.leave();
    bus.stop();
    source.start();
    REQUIRE(until_told("lost sessions"));
    bus.start();
    logind.join();
    REQUIRE(until_told("back sessions"));
    CHECK(count("lost sessions") == 1);
}

TEST_CASE_METHOD(SessionsFixture, "a logind that appears after the agent is taken up") {
    logind.leave();
    source.start();
    REQUIRE(until_told("lost sessions"));
    logind.join();
    REQUIRE(until_told("back sessions"));
}

TEST_CASE_METHOD(SessionsFixture,
                 "a logind that refuses to list its sessions is a lost source and asked again") {
    logind.refuse_list = true;
    source.start();
    REQUIRE(until_told("lost sessions"));
    logind.refuse_list = false;
    REQUIRE(until_told("back sessions"));
}

TEST_CASE_METHOD(SessionsFixture, "signals that others send in logind's name are ignored") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    const auto path = logind.path("2");
    forge(*this, path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
          [](sd_bus_message* signal) {
              REQUIRE(sd_bus_message_append(signal, "sa{sv}as", "org.freedesktop.login1.Session", 1,
                                            "LockedHint", "b", 1, 0) >= 0);
          });
    forge(*this, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "SessionRemoved",
          [&](sd_bus_message* signal) {
              REQUIRE(sd_bus_message_append(signal, "so", "2", path.c_str()) >= 0);
          });
    forge(*this, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
          [](sd_bus_message* signal) { REQUIRE(sd_bus_message_append(signal, "b", 1) >= 0); });
    forge(*this, "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged",
          [](sd_bus_message* signal) {
              REQUIRE(sd_bus_message_append(signal, "sss", "org.freedesktop.login1", ":1.0", "") >=
                      0);
          });
    settle();
    CHECK(told.back() == "back sessions");
}

TEST_CASE_METHOD(SessionsFixture, "logind's word to unlock a session is passed on") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    logind.unlock("2");
    CHECK(until_told("unlock asked 2"));
}

TEST_CASE_METHOD(SessionsFixture, "properties of unexpected types leave the session as it was") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    platform::LogindProperties properties;
    properties.type = "wayland";
    sd_bus* bus_handle = nullptr;
    REQUIRE(sd_bus_new(&bus_handle) >= 0);
    REQUIRE(sd_bus_set_address(bus_handle, bus.address().c_str()) >= 0);
    REQUIRE(sd_bus_start(bus_handle) >= 0);
    sd_bus_message* message = nullptr;
    REQUIRE(sd_bus_message_new_signal(bus_handle, &message, "/", "a.b", "C") >= 0);
    REQUIRE(sd_bus_message_append(message, "a{sv}", 3, "Type", "u", 7U, "LockedHint", "s", "yes",
                                  "Seat", "s", "x") >= 0);
    REQUIRE(sd_bus_message_seal(message, 1, 0) >= 0);
    CHECK(platform::read_properties(message, properties) >= 0);
    CHECK(properties.type == "wayland");
    CHECK_FALSE(properties.locked);
    CHECK(properties.seat.empty());
    sd_bus_message_unref(message);
    sd_bus_close_unref(bus_handle);
}

}  // namespace vaktpost::test
