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
    CHECK(notice_line({{"2"}, core::Notice::idle_warning, "00A7", now + 4100ms}, now) ==
          R"({"notice":"idle_warning","session":"2","code":"00A7","seconds":5})");
    CHECK(notice_line({{"2"}, core::Notice::idle_warning, "00A7", now - 1s}, now) ==
          R"({"notice":"idle_warning","session":"2","code":"00A7","seconds":0})");
    CHECK(notice_line({{"2"}, core::Notice::medium_blocked, "", {}}, now) ==
          R"({"notice":"medium_blocked","session":"2"})");
}
