// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/sessions/sessions_fixture.h"

namespace vaktpost::test {

using Strings = std::vector<std::string>;
using core::LockStep;

TEST_CASE_METHOD(SessionsFixture,
                 "a lock request reaches logind by its own object path and is answered") {
    logind.add({.id = "2"});
    logind.add({.id = "3"});
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"3"}, LockStep::ask);
    REQUIRE(until_told("signalled 3 ask ok"));
    CHECK(logind.locks == Strings{"3"});
}

TEST_CASE_METHOD(SessionsFixture, "asking again is the same request under its own name") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"}, LockStep::ask_again);
    REQUIRE(until_told("signalled 2 ask_again ok"));
    CHECK(logind.locks == Strings{"2"});
}

TEST_CASE_METHOD(SessionsFixture, "a refused lock request is reported as not signalled") {
    logind.add({.id = "2"});
    logind.refuse_locks = true;
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"}, LockStep::ask);
    REQUIRE(until_told("signalled 2 ask not"));
}

TEST_CASE_METHOD(SessionsFixture, "an unanswered lock request is reported as not signalled") {
    logind.add({.id = "2"});
    logind.answer_locks = false;
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"}, LockStep::ask);
    REQUIRE(until_told("signalled 2 ask not"));
}

TEST_CASE_METHOD(SessionsFixture,
                 "a lock request under way when logind dies is reported as not signalled, once") {
    logind.add({.id = "2"});
    logind.answer_locks = false;
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"}, LockStep::ask);
    REQUIRE(until([&] { return !logind.locks.empty(); }));
    logind.leave();
    REQUIRE(until_told("signalled 2 ask not"));
    REQUIRE(until_told("lost sessions"));
    logind.join();
    REQUIRE(until([&] { return count("back sessions") == 2; }));
    CHECK(count("signalled 2 ask not") == 1);
}

TEST_CASE_METHOD(SessionsFixture,
                 "a lock request under way when the bus dies is reported as not signalled, once") {
    logind.add({.id = "2"});
    logind.answer_locks = false;
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"}, LockStep::ask);
    REQUIRE(until([&] { return !logind.locks.empty(); }));
    logind.leave();
    bus.stop();
    REQUIRE(until_told("signalled 2 ask not"));
    REQUIRE(until_told("lost sessions"));
    CHECK(count("signalled 2 ask not") == 1);
}

TEST_CASE_METHOD(
    SessionsFixture,
    "a lock request of an unknown session or a lost source is answered from the loop") {
    source.lock({"2"}, LockStep::ask);
    CHECK(told.empty());
    REQUIRE(until_told("signalled 2 ask not"));
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"nobody"}, LockStep::ask);
    REQUIRE(until_told("signalled nobody ask not"));
}

TEST_CASE_METHOD(SessionsFixture, "two lock requests of one session get two answers") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"}, LockStep::ask);
    source.lock({"2"}, LockStep::ask);
    REQUIRE(until([&] { return count("signalled 2 ask ok") == 2; }));
}

TEST_CASE_METHOD(SessionsFixture, "a step that is not the system's is refused from the loop") {
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    source.lock({"2"}, LockStep::own_locker);
    CHECK(told.back() == "back sessions");
    REQUIRE(until_told("signalled 2 own_locker not"));
    source.lock({"2"}, LockStep::end_session);
    REQUIRE(until_told("signalled 2 end_session not"));
}

TEST_CASE_METHOD(SessionsFixture, "ending a session goes to logind under the session's id") {
    source.end({"2"});  // nobody to ask yet: no more than a line in the journal
    logind.add({.id = "2"});
    source.start();
    REQUIRE(until_told("back sessions"));
    source.end({"2"});
    REQUIRE(until([&] { return logind.ended == Strings{"2"}; }));
}

}  // namespace vaktpost::test
