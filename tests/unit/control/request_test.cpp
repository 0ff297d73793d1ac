// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/request.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace vaktpost::control;
using vaktpost::core::LockMeans;
using vaktpost::core::Witness;

TEST_CASE("each request of the protocol is understood") {
    CHECK(std::holds_alternative<StatusRequest>(*parse_request(R"({"op":"status"})")));
    CHECK(std::holds_alternative<SleepRequest>(*parse_request(R"({"op":"sleep"})")));
    CHECK(std::holds_alternative<AwakeRequest>(*parse_request(R"({"op":"awake"})")));
    CHECK(std::get<RegisterSession>(*parse_request(R"({"op":"session","session":"2"})"))
              .session.value == "2");
    CHECK(std::get<RegisterCurtain>(*parse_request(R"({"op":"curtain","session":"2"})"))
              .session.value == "2");
    const auto checked = std::get<ScreenChecked>(
        *parse_request(R"({"op":"checked","session":"2","means":"locker"})"));
    CHECK(checked.session.value == "2");
    CHECK(checked.means == LockMeans::locker);
    const auto ended = std::get<SignOutEnded>(
        *parse_request(R"({"op":"signed_out","session":"2","ok":false,"cause":"deadline"})"));
    CHECK_FALSE(ended.ok);
    CHECK(ended.cause == "deadline");
}

TEST_CASE("who covers the screen is named, and our locker by its process") {
    const auto locker = std::get<ScreenLocked>(
        *parse_request(R"({"op":"locked","session":"c1","witness":"locker","pid":1234})"));
    CHECK(locker.session.value == "c1");
    CHECK(locker.witness == Witness::locker);
    CHECK(locker.pid == 1234);
    const auto saver = std::get<ScreenLocked>(
        *parse_request(R"({"op":"locked","session":"2","witness":"saver","pid":7})"));
    CHECK(saver.witness == Witness::saver);
    CHECK(saver.pid == 0);
    CHECK(std::get<ScreenUnlocked>(
              *parse_request(R"({ "witness" : "curtain", "session" : "2" , "op" : "unlocked" })"))
              .witness == Witness::curtain);
}

TEST_CASE("a cause is one of the closed list, or unknown") {
    const auto cause = [](const std::string& text) {
        return std::get<LockerFailed>(
                   *parse_request(R"({"op":"locker_failed","session":"2","cause":)" + text + "}"))
            .cause;
    };
    for (const std::string word :
         {"no_locker", "no_display", "exec", "status", "signal", "gone", "deadline", "unknown"})
        CHECK(cause('"' + word + '"') == word);
    CHECK(cause("\"patient 7\"") == "unknown");
    CHECK(cause("\"" + std::string(3000, 'x') + "\"") == "unknown");
    CHECK(cause("7") == "unknown");
    CHECK(std::get<LockerFailed>(*parse_request(R"({"op":"locker_failed","session":"2"})")).cause ==
          "unknown");
    const auto ended = std::get<SignOutEnded>(
        *parse_request(R"({"op":"signed_out","session":"2","ok":true,"cause":"exec"})"));
    CHECK(ended.ok);
    CHECK(ended.cause.empty());
}

TEST_CASE("a hold names its reason, and its session where that is not the caller's own") {
    const auto own = std::get<HoldRequest>(*parse_request(R"({"op":"hold","reason":"patient"})"));
    CHECK(own.reason == "patient");
    CHECK_FALSE(own.session);
    CHECK(std::get<HoldRequest>(*parse_request(R"({"op":"hold","reason":"x","session":"2"})"))
              .session->value == "2");
}

TEST_CASE("a judged mount names its device, what was found and what became of it") {
    const auto judged = std::get<MountJudgement>(*parse_request(
        R"({"op":"mount_judged","mount":"8:17","verdict":"null_cipher","undone":true})"));
    CHECK(judged.mount == vaktpost::core::MountId{"8:17"});
    CHECK(judged.verdict == vaktpost::core::MountVerdict::null_cipher);
    CHECK(judged.undone);
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
    const auto* line = GENERATE(
        R"({})", R"({"op":7})", R"({"op":"unlock"})", R"({"op":"session"})",
        R"({"op":"session","session":2})", R"({"op":"session","session":""})",
        R"({"op":"locked","session":"../2","witness":"saver"})",
        R"({"op":"locked","session":"2\u0000","witness":"saver"})",
        R"({"op":"locked","session":"2"})", R"({"op":"locked","session":"2","witness":"hint"})",
        R"({"op":"locked","session":"2","witness":"greeter"})",
        R"({"op":"locked","session":"2","witness":"confined_locker","pid":7})",
        R"({"op":"locked","session":"2","witness":"locker"})",
        R"({"op":"locked","session":"2","witness":"locker","pid":0})",
        R"({"op":"locked","session":"2","witness":"locker","pid":-1})",
        R"({"op":"locked","session":"2","witness":"locker","pid":1.5})",
        R"({"op":"locked","session":"2","witness":"locker","pid":4294967297})",
        R"({"op":"unlocked","session":"2"})", R"({"op":"checked","session":"2"})",
        R"({"op":"checked","session":"2","means":"curtain"})",
        R"({"op":"signed_out","session":"2"})", R"({"op":"signed_out","session":"2","ok":"true"})",
        R"({"op":"hold"})", R"({"op":"hold","reason":7})",
        R"({"op":"hold","reason":"x","session":"../2"})", R"({"op":"curtain"})",
        R"({"op":"mount_judged","mount":"8:17","verdict":"plain"})",
        R"({"op":"mount_judged","mount":"8:17","verdict":"unknown","undone":true})",
        R"({"op":"mount_judged","mount":"../8","verdict":"plain","undone":true})",
        R"({"op":"mount_judged","mount":"8:1:2","verdict":"plain","undone":true})");
    const auto request = parse_request(line);
    REQUIRE_FALSE(request);
    CHECK(request.error().code == EINVAL);
}
