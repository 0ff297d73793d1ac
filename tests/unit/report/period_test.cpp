// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/period.h"

#include <catch2/catch.hpp>

using namespace vaktpost;
using report::period_of;

namespace {

events::WallTime at(std::string_view text) {
    return *events::from_rfc3339(text);
}

const auto now = at("2026-03-10T12:00:00Z");

}  // namespace

TEST_CASE("days are meant whole, at both ends") {
    const auto period = period_of("2026-03-01", "2026-03-07", now);
    REQUIRE(period);
    CHECK(period->from == at("2026-03-01T00:00:00Z"));
    CHECK(period->to == at("2026-03-08T00:00:00Z"));
    CHECK(period->days() == 7);
    CHECK(period->holds(at("2026-03-07T23:59:59.999Z")));
    CHECK_FALSE(period->holds(at("2026-03-08T00:00:00Z")));
    CHECK(period->day_of(at("2026-03-07T23:59:59.999Z")) == 6);
    CHECK(period->day_text(6) == "2026-03-07");
}

TEST_CASE("times are meant to the millisecond, whatever their offset") {
    const auto period = period_of("2026-03-01T23:30:00+02:00", "2026-03-02T00:30:00Z", now);
    REQUIRE(period);
    CHECK(period->from == at("2026-03-01T21:30:00Z"));
    CHECK(period->days() == 2);
    CHECK(period->day_of(at("2026-03-02T00:10:00Z")) == 1);
}

TEST_CASE("without options it is the seven days that end today") {
    const auto period = period_of("", "", now);
    REQUIRE(period);
    CHECK(period->from == at("2026-03-04T00:00:00Z"));
    CHECK(period->to == now);
    CHECK(period->days() == 7);
    CHECK(period_of("", "2026-03-07", now)->from == at("2026-03-01T00:00:00Z"));
}

TEST_CASE("what is no period is refused") {
    CHECK_FALSE(period_of("yesterday", "", now));
    CHECK_FALSE(period_of("", "2026-02-30", now));
    CHECK_FALSE(period_of("2026-03-11", "", now));
    CHECK_FALSE(period_of("2026-03-02", "2026-03-02T00:00:00Z", now));
    CHECK_FALSE(period_of("2025-01-01", "2026-03-01", now));
    CHECK(period_of("2024-01-01", "2024-12-31", now)->days() == 366);
}
