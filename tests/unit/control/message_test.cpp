// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/control/message.h"

#include <catch2/catch.hpp>

using namespace vaktpost;
using namespace vaktpost::control;
using namespace std::chrono_literals;

TEST_CASE("answers are one JSON object on one line") {
    CHECK(done_answer() == R"({"ok":true})");
    CHECK(error_answer("no \"such\"\nthing") == R"({"ok":false,"error":"no \"such\"\nthing"})");
    CHECK(status_answer("{}") == R"({"ok":true,"status":{}})");
    CHECK(session_answer({{"swaylock", "-f"}, {}}) ==
          R"({"ok":true,"locker":{"wayland":["swaylock","-f"],"x11":[]}})");
}

TEST_CASE("a notice says what it is about and how long is left, rounded up") {
    const core::Instant now(100s);
    CHECK(notice_line({{"2"}, core::Notice::idle_warning, "00A7", now + 4100ms, {}}, now) ==
          R"({"notice":"idle_warning","session":"2","code":"00A7","seconds":5})");
    CHECK(notice_line({{"2"}, core::Notice::idle_warning, "00A7", now - 1s, {}}, now) ==
          R"({"notice":"idle_warning","session":"2","code":"00A7","seconds":0})");
    CHECK(notice_line({{"2"}, core::Notice::medium_blocked, "", {}, {}}, now) ==
          R"({"notice":"medium_blocked","session":"2"})");
}

TEST_CASE("a warning carries the reason behind its button") {
    const core::Instant now(100s);
    CHECK(notice_line({{"2"}, core::Notice::idle_warning, "00A7", now + 30s, "patient"}, now) ==
          R"({"notice":"idle_warning","session":"2","code":"00A7","seconds":30,"hold":"patient"})");
}

TEST_CASE("what a session program is to do is one JSON object on one line") {
    CHECK(stand_down_line({"2"}) == R"({"do":"stand_down","session":"2"})");
    CHECK(lock_line({"2"}) == R"({"do":"lock","session":"2"})");
    CHECK(sign_out_line({{"2"}, {"/usr/bin/x", "a \"b\"\n"}}) ==
          R"({"do":"sign_out","session":"2","command":["/usr/bin/x","a \"b\"\n"]})");
}

TEST_CASE("a hold is answered with the time it lasts, or with the reasons there are") {
    const core::Instant now(100s);
    CHECK(hold_answer({"2"}, now + 900s, now) == R"({"ok":true,"session":"2","seconds":900})");
    CHECK(reasons_answer({"patient", "other"}) ==
          R"({"ok":false,"error":"no such reason","reasons":["patient","other"]})");
    CHECK(sleep_answer(false) == R"({"ok":true,"locked":false})");
}
