// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <string>

#include "platform/session_helper/protocol.h"

namespace vaktpost::test {

using namespace session_helper;

namespace {

struct Reader {
    Lockers lockers;
    NoticeText notice;
    LineKind read(const std::string& line) { return read_line(line, lockers, notice); }
};

}  // namespace

TEST_CASE_METHOD(Reader, "the answer to a registration names the lockers") {
    CHECK(read(R"({"ok":true,"locker":{"wayland":["swaylock","-f"],"x11":["i3lock"]}})") ==
          LineKind::accepted);
    CHECK(lockers.wayland.program() == std::string("swaylock"));
    CHECK(lockers.wayland.argv()[1] == std::string("-f"));
    CHECK(lockers.wayland.argv()[2] == nullptr);
    CHECK(lockers.of(Screen::x11).program() == std::string("i3lock"));
}

TEST_CASE_METHOD(Reader, "an answer without lockers leaves them as they were") {
    read(R"({"ok":true,"locker":{"wayland":["a"],"x11":["b"]}})");
    CHECK(read(R"({"ok":true})") == LineKind::accepted);
    CHECK(lockers.wayland.program() == std::string("a"));
}

TEST_CASE_METHOD(Reader, "a command that does not fit is none, never half of one") {
    const std::string longest(3000, 'x');
    read(R"({"ok":true,"locker":{"wayland":["swaylock",")" + longest + R"("]}})");
    CHECK(lockers.wayland.empty());
    std::string many = R"({"ok":true,"locker":{"wayland":["swaylock")";
    for (int i = 0; i < 40; ++i) many += R"(,"x")";
    read(many + "]}}");
    CHECK(lockers.wayland.empty());
    read(R"({"ok":true,"locker":{"wayland":["swaylock",7]}})");
    CHECK(lockers.wayland.empty());
    read(R"({"ok":true,"locker":{"wayland":["sway\u0000lock"]}})");
    CHECK(lockers.wayland.empty());
}

TEST_CASE_METHOD(Reader, "a refusal is told apart") {
    CHECK(read(R"({"ok":false,"error":"no such session"})") == LineKind::refused);
    CHECK(read(R"({"ok":"true"})") == LineKind::refused);
}

TEST_CASE_METHOD(Reader, "a notice comes with its code and seconds, where it has them") {
    CHECK(read(R"({"notice":"idle_warning","session":"2","code":"00A7","seconds":30})") ==
          LineKind::notice);
    CHECK(notice.notice.view() == "idle_warning");
    CHECK(notice.code.view() == "00A7");
    CHECK(notice.seconds == 30);
    CHECK(read(R"({"notice":"device_blocked","session":"2"})") == LineKind::notice);
    CHECK(notice.code.empty());
    CHECK(notice.seconds == 0);
}

TEST_CASE_METHOD(Reader, "whatever else comes is unknown and changes nothing") {
    for (const char* line :
         {"", "x", "[]", "7", "null", "{}", R"({"notice":)", R"({"ok":true,"ok":false})", "\xff",
          R"({"notice":"x","code":"<b>"})", R"({"notice":"x","code":"AAAAAAAAAAAAAAAAAAAA"})",
          R"({"notice":"x","seconds":-1})", R"({"notice":"x","seconds":99999999999999999999})"}) {
        INFO(line);
        CHECK(read(line) == LineKind::unknown);
        CHECK(lockers.wayland.empty());
    }
}

TEST_CASE("what is said to the agent is one line each") {
    CHECK(session_line("2").view() == "{\"op\":\"session\",\"session\":\"2\"}\n");
    CHECK(state_line("locked", "c1").view() == "{\"op\":\"locked\",\"session\":\"c1\"}\n");
    CHECK(failure_line("2", "exec").view() ==
          "{\"op\":\"locker_failed\",\"session\":\"2\",\"cause\":\"exec\"}\n");
    CHECK(session_line(std::string(63, 'x')).view().ends_with("\"}\n"));
}

TEST_CASE("a session id is letters and digits") {
    CHECK(valid_session_id("2"));
    CHECK(valid_session_id("c12"));
    for (const char* id : {"", "a\"b", "../2", "2 ", "\xc3\xa6"}) CHECK_FALSE(valid_session_id(id));
    CHECK_FALSE(valid_session_id(std::string(64, 'x')));
}

}  // namespace vaktpost::test
