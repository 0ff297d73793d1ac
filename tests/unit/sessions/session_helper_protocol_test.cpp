// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <string>

#include "platform/session_helper/protocol.h"

namespace vaktpost::test {

using namespace session_helper;

namespace {

struct Reader {
    Lockers lockers;
    AgentLine said;
    NoticeText& notice = said.notice;
    LineKind read(const std::string& line) { return read_line(line, lockers, said); }
};

}  // namespace

TEST_CASE_METHOD(Reader, "the answer to a registration names the lockers") {
    CHECK(read(R"({"ok":true,"locker":{"wayland":["swaylock","-f"],"x11":["i3lock"]}})") ==
          LineKind::registered);
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

TEST_CASE_METHOD(Reader, "a notice comes with its code, seconds and button, where it has them") {
    CHECK(read(R"({"notice":"idle_warning","session":"2","code":"00A7","seconds":30,)"
               R"("hold":"patient"})") == LineKind::notice);
    CHECK(notice.notice.view() == "idle_warning");
    CHECK(notice.session.view() == "2");
    CHECK(notice.code.view() == "00A7");
    CHECK(notice.hold.view() == "patient");
    CHECK(notice.seconds == 30);
}

TEST_CASE_METHOD(Reader, "a notice may come without any of them") {
    CHECK(read(R"({"notice":"device_blocked"})") == LineKind::notice);
    CHECK(notice.session.empty());
    CHECK(notice.code.empty());
    CHECK(notice.hold.empty());
    CHECK(notice.seconds == 0);
}

TEST_CASE_METHOD(Reader, "the agent may order our own locker and a sign-out command") {
    CHECK(read(R"({"do":"lock","session":"c2"})") == LineKind::lock);
    CHECK(read(R"({"do":"stand_down","session":"c2"})") == LineKind::stand_down);
    CHECK(said.session.view() == "c2");
    CHECK(read(R"({"do":"sign_out","session":"2","command":["/usr/bin/x","a b"]})") ==
          LineKind::sign_out);
    CHECK(said.session.view() == "2");
    CHECK(said.command.program() == std::string("/usr/bin/x"));
    CHECK(said.command.argv()[1] == std::string("a b"));
    CHECK(said.command.argv()[2] == nullptr);
}

TEST_CASE_METHOD(Reader, "a sign-out command that does not fit is none, and is told as such") {
    const std::string longest(3000, 'x');
    CHECK(read(R"({"do":"sign_out","session":"2","command":["/usr/bin/x",")" + longest +
               R"("]})") == LineKind::sign_out);
    CHECK(said.command.empty());
}

TEST_CASE_METHOD(Reader, "whatever else comes is unknown and changes nothing") {
    for (const char* line : {"",
                             "x",
                             "[]",
                             "7",
                             "null",
                             "{}",
                             R"({"notice":)",
                             R"({"ok":true,"ok":false})",
                             "\xff",
                             R"({"notice":"x","code":"<b>"})",
                             R"({"notice":"x","code":"AAAAAAAAAAAAAAAAAAAA"})",
                             R"({"notice":"x","seconds":-1})",
                             R"({"notice":"x","seconds":99999999999999999999})",
                             R"({"notice":"x","session":"../2"})",
                             R"({"notice":"x","hold":"No \"such\""})",
                             R"({"notice":"x","hold":"a_reason_that_is_longer_than_any_may_be"})",
                             R"({"do":"lock"})",
                             R"({"do":"lock","session":"a b"})",
                             R"({"do":"unlock","session":"2"})",
                             R"({"do":7,"session":"2"})"}) {
        INFO(line);
        CHECK(read(line) == LineKind::unknown);
        CHECK(lockers.wayland.empty());
    }
}

TEST_CASE("what is said to the agent is one line each") {
    CHECK(session_line("2").view() == R"({"op":"session","session":"2"})"
                                      "\n");
    CHECK(covered_line("c1", 1234).view() ==
          R"({"op":"locked","session":"c1","witness":"locker","pid":1234})"
          "\n");
    CHECK(uncovered_line("2").view() == R"({"op":"unlocked","session":"2","witness":"locker"})"
                                        "\n");
    CHECK(saver_line("locked", "2").view() == R"({"op":"locked","session":"2","witness":"saver"})"
                                              "\n");
    CHECK(failure_line("2", "exec").view() ==
          R"({"op":"locker_failed","session":"2","cause":"exec"})"
          "\n");
    CHECK(checked_line("2", "desktop").view() ==
          R"({"op":"checked","session":"2","means":"desktop"})"
          "\n");
    CHECK(signed_out_line("2", nullptr).view() == R"({"op":"signed_out","session":"2","ok":true})"
                                                  "\n");
    CHECK(signed_out_line("2", "deadline").view() ==
          R"({"op":"signed_out","session":"2","ok":false,"cause":"deadline"})"
          "\n");
    CHECK(hold_line("2", "patient").view() == R"({"op":"hold","session":"2","reason":"patient"})"
                                              "\n");
}

TEST_CASE("the longest line fits") {
    const std::string session(63, 'x');
    CHECK(covered_line(session, 4'194'304).view().ends_with("}\n"));
    CHECK(hold_line(session, std::string(32, 'r')).view().ends_with("}\n"));
    CHECK(signed_out_line(session, "deadline").view().ends_with("}\n"));
}

TEST_CASE("a session id is letters and digits") {
    CHECK(valid_session_id("2"));
    CHECK(valid_session_id("c12"));
    for (const char* id : {"", "a\"b", "../2", "2 ", "\xc3\xa6"}) CHECK_FALSE(valid_session_id(id));
    CHECK_FALSE(valid_session_id(std::string(64, 'x')));
}

}  // namespace vaktpost::test
