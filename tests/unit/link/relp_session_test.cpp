// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <string>

#include "platform/link/relp_session.h"

using namespace vaktpost::link;

namespace {

// A session that the receiver has opened, with messages 2 to 4 in flight.
struct Opened {
    RelpSession session;
    std::string output;

    Opened() {
        session.open(output);
        REQUIRE_FALSE(session.received("1 rsp 37 200 OK\nrelp_version=0\ncommands=syslog\n"));
        REQUIRE(session.ready());
        output.clear();
        for (const char* text : {"a", "b", "c"}) session.send(text, output);
    }
    Outcome hear(const std::string& bytes) { return session.received(bytes); }
};

}  // namespace

TEST_CASE("a session opens with its offers and waits for the receiver's") {
    RelpSession session;
    std::string output;
    session.open(output);
    CHECK_THAT(output, Catch::StartsWith("1 open ") && Catch::Contains(" relp_version=0\n") &&
                           Catch::EndsWith("\ncommands=syslog\n"));
    CHECK_FALSE(session.ready());
    CHECK_FALSE(session.received("1 rsp 37 200 OK\nrelp_version=0\ncommands=syslog\n"));
    CHECK(session.ready());
}

TEST_CASE("messages are numbered on and arrive when their own number is acknowledged") {
    Opened world;
    CHECK(world.output == "2 syslog 1 a\n3 syslog 1 b\n4 syslog 1 c\n");
    CHECK(world.session.take_arrived() == 0);
    CHECK_FALSE(world.hear("2 rsp 6 200 OK\n"));
    CHECK(world.session.take_arrived() == 1);
    CHECK(world.session.take_arrived() == 0);
    CHECK_FALSE(world.hear("3 rsp 6 200 OK\n4 rsp 3 200\n"));
    CHECK(world.session.take_arrived() == 2);
}

TEST_CASE("a message acknowledged before an earlier one waits for it") {
    Opened world;
    CHECK_FALSE(world.hear("4 rsp 6 200 OK\n3 rsp 6 200 OK\n"));
    CHECK(world.session.take_arrived() == 0);
    CHECK_FALSE(world.hear("2 rsp 6 200 OK\n"));
    CHECK(world.session.take_arrived() == 3);
}

TEST_CASE("an acknowledgement of what is not in flight ends the connection") {
    const std::string answer = GENERATE(as<std::string>{}, "5 rsp 6 200 OK\n", "0 rsp 6 200 OK\n",
                                        "1 rsp 6 200 OK\n", "999999999 rsp 6 200 OK\n");
    Opened world;
    const auto trouble = world.hear(answer);
    REQUIRE(trouble);
    CHECK(trouble->cause == Cause::protocol);
    CHECK(world.session.take_arrived() == 0);
}

TEST_CASE("a second acknowledgement ends the connection, whether the first was counted or not") {
    Opened world;
    CHECK_FALSE(world.hear("3 rsp 6 200 OK\n"));
    CHECK(world.hear("3 rsp 6 200 OK\n"));
    Opened other;
    CHECK_FALSE(other.hear("2 rsp 6 200 OK\n"));
    CHECK(other.session.take_arrived() == 1);
    CHECK(other.hear("2 rsp 6 200 OK\n"));
}

TEST_CASE("any answer but 200 ends the connection and acknowledges nothing") {
    const std::string answer = GENERATE(as<std::string>{}, "2 rsp 9 500 error\n", "2 rsp 0\n",
                                        "2 rsp 2 OK\n", "2 rsp 4 2000\n");
    Opened world;
    const auto trouble = world.hear(answer);
    REQUIRE(trouble);
    CHECK(trouble->state == State::refused);
    CHECK(trouble->cause == Cause::refusal);
    CHECK(world.session.take_arrived() == 0);
}

TEST_CASE("what a receiver says of its refusal cannot write to the journal") {
    Opened world;
    const auto trouble = world.hear("2 rsp 7 500 a\x1b[\n");
    REQUIRE(trouble);
    CHECK_THAT(trouble->text, Catch::EndsWith("500 a\\x1b["));
}

TEST_CASE("the acknowledgements before a mistake count") {
    Opened world;
    CHECK(world.hear("2 rsp 6 200 OK\ngarbage"));
    CHECK(world.session.take_arrived() == 1);
}

TEST_CASE("a receiver that takes no messages is refused") {
    RelpSession session;
    std::string output;
    session.open(output);
    CHECK(session.received("1 rsp 39 200 OK\nrelp_version=0\ncommands=eventlog\n"));
    RelpSession other;
    other.open(output);
    CHECK(other.received("1 rsp 6 200 OK\n"));
}

TEST_CASE("a receiver that ends the connection or commands something is left") {
    Opened world;
    const auto ended = world.hear("0 serverclose 0\n");
    REQUIRE(ended);
    CHECK(ended->state == State::unreachable);
    Opened other;
    const auto commanded = other.hear("0 syslog 0\n");
    REQUIRE(commanded);
    CHECK(commanded->cause == Cause::protocol);
}

TEST_CASE("the end is said and heard") {
    Opened world;
    CHECK_FALSE(world.hear("2 rsp 6 200 OK\n3 rsp 6 200 OK\n4 rsp 6 200 OK\n"));
    CHECK(world.session.take_arrived() == 3);
    world.output.clear();
    world.session.close(world.output);
    CHECK(world.output == "5 close 0\n");
    CHECK_FALSE(world.session.closed());
    CHECK_FALSE(world.hear("5 rsp 0\n"));
    CHECK(world.session.closed());
}
