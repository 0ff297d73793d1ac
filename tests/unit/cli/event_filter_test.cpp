// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/event_filter.h"

#include <catch2/catch.hpp>

using namespace vaktpost;
using cli::EventFilter;
using cli::parse_since;

namespace {
const events::WallTime now(
    std::chrono::milliseconds(1'772'352'930'250));  // 2026-03-01T08:15:30.250Z
const boost::json::object record{{"time", "2026-03-01T08:15:30.250Z"}, {"type", "card.removed"}};
}  // namespace

TEST_CASE("a time is given as such or as a span back from now") {
    CHECK(parse_since("10min", now) == now - std::chrono::minutes(10));
    CHECK(parse_since("1d", now) == now - std::chrono::days(1));
    CHECK(parse_since("2026-03-01T09:15:30.250+01:00", now) == now);
    CHECK_FALSE(parse_since("10 parsecs", now));
    CHECK_FALSE(parse_since("never", now));
    CHECK_FALSE(parse_since("-10min", now));
}

TEST_CASE("without conditions every record is wanted") {
    CHECK(EventFilter{}.wants(record));
}

TEST_CASE("records before the time are not wanted") {
    CHECK(EventFilter{"2026-03-01T08:15:30.250Z", {}}.wants(record));
    CHECK_FALSE(EventFilter{"2026-03-01T08:15:30.251Z", {}}.wants(record));
}

TEST_CASE("records of another type are not wanted") {
    CHECK(EventFilter{{}, {"usb.blocked", "card.removed"}}.wants(record));
    CHECK_FALSE(EventFilter{{}, {"card"}}.wants(record));
}

TEST_CASE("a record without time and type fails every condition") {
    CHECK_FALSE(EventFilter{"2026", {}}.wants({}));
    CHECK_FALSE(EventFilter{{}, {"card.removed"}}.wants({}));
}
