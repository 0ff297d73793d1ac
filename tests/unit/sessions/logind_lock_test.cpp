// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/sessions/sessions_fixture.h"

namespace vaktpost::test {

using Strings = std::vector<std::string>;

TEST_CASE_METHOD(SessionsFixture,
                 "a lock request reaches logind by its own object path and is answered") {
    logind.add({.id = "2"});
    logind.add({.id = "3"});
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"3"});
    REQUIRE(until_told("signalled 3 ok"));
    CHECK(logind.locks == Strings{"3"});
}

TEST_CASE_METHOD(SessionsFixture, "a refused lock request is reported as not signalled") {
    logind.add({.id = "2"});
    logind.refuse_locks = true;
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"});
    REQUIRE(until_told("signalled 2 not"));
}

TEST_CASE_METHOD(SessionsFixture, "an unanswered lock request is reported as not signalled") {
    logind.add({.id = "2"});
    logind.answer_locks = false;
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"});
    REQUIRE(until_told("signalled 2 not"));
}

TEST_CASE_METHOD(SessionsFixture,
                 "a lock request under way when logind dies is reported as not signalled, once") {
    logind.add({.id = "2"});
    logind.answer_locks = false;
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"});
    REQUIRE(until([&] { return !logind.locks.empty(); }));
    logind.leave();
    REQUIRE(until_told("signalled 2 not"));
    REQUIRE(until_told("lost sessions"));
    logind.join();
    REQUIRE(until([&] { return count("back sessions") == 2; }));
    CHECK(count("signalled 2 not") == 1);
}

TEST_CASE_METHOD(
    SessionsFixture,
    "a lock request of an unknown session or a lost source is answered from the loop") {
    source.lock({"2"});
    CHECK(told.empty());
    REQUIRE(until_told("signalled 2 not"));
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"nobody"});
    REQUIRE(until_told("signalled nobody not"));
}

TEST_CASE_METHOD(SessionsFixture, "two lock requests of one session get two answers") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"});
    source.lock({"2"});
    REQUIRE(until([&] { return count("signalled 2 ok") == 2; }));
}

}  // namespace vaktpost::test
