// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/sessions/sessions_fixture.h"

namespace vaktpost::test {

using Lines = std::vector<std::string>;

TEST_CASE_METHOD(SessionsFixture,
                 "sleep is delayed from the start, so that there is time to lock") {
    source.start();
    REQUIRE(until_told("back sessions"));
    REQUIRE(until([&] { return logind.inhibitors() == 1; }));
    CHECK(logind.inhibited == "sleep;Vaktpost;lock the screen;delay;");
}

TEST_CASE_METHOD(SessionsFixture, "sleep is told, waits until it is allowed, and is delayed anew") {
    source.start();
    REQUIRE(until([&] { return logind.inhibitors() == 1; }));
    logind.prepare_for_sleep(true);
    REQUIRE(until_told("sleep coming"));
    CHECK(logind.inhibitors() == 1);
    source.allow_sleep();
    CHECK(logind.inhibitors() == 0);
    logind.prepare_for_sleep(false);
    REQUIRE(until_told("sleep over"));
    REQUIRE(until([&] { return logind.inhibitors() == 1; }));
}

TEST_CASE_METHOD(SessionsFixture, "sleep that was called off keeps the one inhibitor there is") {
    source.start();
    REQUIRE(until([&] { return logind.inhibitors() == 1; }));
    logind.prepare_for_sleep(true);
    logind.prepare_for_sleep(false);
    REQUIRE(until_told("sleep over"));
    settle();
    CHECK(logind.inhibitors() == 1);
}

TEST_CASE_METHOD(SessionsFixture, "an inhibitor that comes after sleep was allowed is let go") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until([&] { return !logind.inhibited.empty(); }));
    source.allow_sleep();
    REQUIRE(until_told("back sessions"));
    settle();
    CHECK(logind.inhibitors() == 0);
}

TEST_CASE_METHOD(SessionsFixture, "a logind that was restarted is asked for an inhibitor again") {
    source.start();
    REQUIRE(until([&] { return logind.inhibitors() == 1; }));
    logind.leave();
    REQUIRE(until_told("lost sessions"));
    CHECK(logind.inhibitors() == 0);
    logind.join();
    REQUIRE(until([&] { return logind.inhibitors() == 1; }));
}

TEST_CASE_METHOD(SessionsFixture, "a refused inhibitor is asked for again after sleep") {
    logind.refuse_inhibitors = true;
    source.start();
    REQUIRE(until_told("back sessions"));
    settle();
    logind.refuse_inhibitors = false;
    logind.prepare_for_sleep(false);
    REQUIRE(until([&] { return logind.inhibitors() == 1; }));
}

TEST_CASE_METHOD(SessionsFixture, "reconciling tells what changed unheard and nothing else") {
    logind.add({.id = "2", .locked = true});
    logind.add({.id = "3"});
    logind.add({.id = "4", .klass = "greeter", .active = false});
    source.start();
    REQUIRE(until_told("back sessions"));
    told.clear();
    source.reconcile();
    settle();
    CHECK(told.empty());
    logind.session("2").locked = false;
    logind.session("4").active = true;
    logind.forget("3");
    logind.add({.id = "5"}, false);
    source.reconcile();
    REQUIRE(until_told("opened 5 uid=1000 seat=seat0 graphical active"));
    REQUIRE(until_told("changed 4 active"));
    CHECK(told == Lines{"closed 3", "unlocked 2 hint", "changed 4 active",
                        "opened 5 uid=1000 seat=seat0 graphical active"});
}

TEST_CASE_METHOD(SessionsFixture, "reconciling takes the inhibitor that was given up") {
    source.start();
    REQUIRE(until([&] { return logind.inhibitors() == 1; }));
    source.allow_sleep();
    source.reconcile();
    REQUIRE(until([&] { return logind.inhibitors() == 1; }));
}

TEST_CASE_METHOD(SessionsFixture, "reconciling without a bus waits for the next connection") {
    source.reconcile();
    bus.stop();
    source.start();
    REQUIRE(until_told("lost sessions"));
    source.reconcile();
    bus.start();
    logind.leave();
    logind.join();
    REQUIRE(until_told("back sessions"));
    CHECK(count("lost sessions") == 1);
}

}  // namespace vaktpost::test
