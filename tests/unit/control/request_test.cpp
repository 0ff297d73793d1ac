// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/request.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace vaktpost::control;

TEST_CASE("each request of the protocol is understood") {
    CHECK(std::holds_alternative<StatusRequest>(*parse_request(R"({"op":"status"})")));
    CHECK(std::get<RegisterSession>(*parse_request(R"({"op":"session","session":"2"})"))
              .session.value == "2");
    CHECK(
        std::get<LockerLocked>(*parse_request(R"({"op":"locked","session":"c1"})")).session.value ==
        "c1");
    CHECK(std::get<LockerUnlocked>(*parse_request(R"({ "session" : "2" , "op" : "unlocked" })"))
              .session.value == "2");
    const auto failed =
        parse_request(R"({"op":"locker_failed","session":"2","cause":"no swaylock","more":[1]})");
    REQUIRE(failed);
    CHECK(std::get<LockerFailed>(*failed).cause == "no swaylock");
}

TEST_CASE("a locker that failed may keep its reason to itself, and may not tell a novel") {
    CHECK(std::get<LockerFailed>(*parse_request(R"({"op":"locker_failed","session":"2"})"))
              .cause.empty());
    const std::string novel(3000, 'x');
    CHECK(std::get<LockerFailed>(
              *parse_request(R"({"op":"locker_failed","session":"2","cause":")" + novel + "\"}"))
              .cause.size() == 256);
}

TEST_CASE("what is no JSON object ends the conversation") {
    const std::string deep(4000, '[');
    const std::string line =
        GENERATE_COPY(std::string(), std::string("status"), std::string("[]"), std::string("7"),
                      std::string(R"({"op":"status"} {})"), std::string("{\"op\":\"sta\xfftus\"}"),
                      std::string("\0{}", 3), deep);
    const auto request = parse_request(line);
    REQUIRE_FALSE(request);
    CHECK(request.error().code == EBADMSG);
}

TEST_CASE("an object that is no request is refused, and the conversation goes on") {
    const auto* line =
        GENERATE(R"({})", R"({"op":7})", R"({"op":"unlock"})", R"({"op":"session"})",
                 R"({"op":"session","session":2})", R"({"op":"session","session":""})",
                 R"({"op":"locked","session":"../2"})", R"({"op":"locked","session":"2\u0000"})");
    const auto request = parse_request(line);
    REQUIRE_FALSE(request);
    CHECK(request.error().code == EINVAL);
}
