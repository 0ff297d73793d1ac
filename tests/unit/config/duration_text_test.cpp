// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/duration_text.h"

#include <catch2/catch.hpp>
#include <string>

using namespace vaktpost::config;
using namespace std::chrono_literals;

TEST_CASE("a duration is a whole number and a unit") {
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("0s") == 0ms);
    CHECK(parse_duration("30s") == 30s);
    CHECK(parse_duration("5min") == 5min);
    CHECK(parse_duration("2h") == 2h);
    CHECK(parse_duration("1d") == 24h);
    CHECK(parse_duration("007s") == 7s);
}

TEST_CASE("what is not so written is no duration") {
    const std::string text =
        GENERATE("", "5", "s", "min", "5 s", " 5s", "5s ", "5S", "5m", "-5s", "+5s", "1.5s", "5s5s",
                 "1h30min", "never", "0x5s", "9999999999s");
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
}

TEST_CASE("the largest number of days does not overflow") {
    CHECK(parse_duration("999999999d")->count() == 999999999LL * 86'400'000);
}

TEST_CASE("a duration is written in the largest unit that holds it") {
    CHECK(duration_text(0ms) == "0s");
    CHECK(duration_text(500ms) == "500ms");
    CHECK(duration_text(90s) == "90s");
    CHECK(duration_text(5min) == "5min");
    CHECK(duration_text(24h) == "1d");
}
