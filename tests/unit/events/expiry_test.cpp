// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/expiry.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using vaktpost::core::Instant;
using vaktpost::events::Expiry;
using vaktpost::events::WallTime;

namespace {
constexpr WallTime noon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h};
constexpr Instant start{5min};
}  // namespace

TEST_CASE("old records are looked for an hour after the start, and then daily") {
    Expiry expiry(start, noon);
    CHECK_FALSE(expiry.is_due(start + 59min, noon + 59min));
    CHECK(expiry.is_due(start + 1h, noon + 1h));
    CHECK_FALSE(expiry.is_due(start + 24h, noon + 24h));
    CHECK(expiry.is_due(start + 25h, noon + 25h));
}

TEST_CASE("a clock that was set forward puts that off for a day") {
    Expiry expiry(start, noon);
    const auto year = 24h * 365;
    CHECK_FALSE(expiry.is_due(start + 1h, noon + 1h + year));
    SECTION("and it was right") {
        CHECK(expiry.is_due(start + 25h, noon + 25h + year));
    }
    SECTION("and it was wrong") {
        CHECK(expiry.is_due(start + 25h, noon + 25h));
    }
}

TEST_CASE("a clock that is set back, or sleep, puts nothing off") {
    Expiry expiry(start, noon);
    CHECK(expiry.is_due(start + 20h, noon + 10h));
}
