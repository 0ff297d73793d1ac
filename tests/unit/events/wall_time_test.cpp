// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/wall_time.h"

#include <catch2/catch.hpp>

using vaktpost::events::from_rfc3339;
using vaktpost::events::to_rfc3339;
using vaktpost::events::WallTime;

TEST_CASE("wall time is written in UTC with milliseconds") {
    CHECK(to_rfc3339(WallTime(std::chrono::milliseconds(0))) == "1970-01-01T00:00:00.000Z");
    CHECK(to_rfc3339(WallTime(std::chrono::milliseconds(1'772'352'930'250))) ==
          "2026-03-01T08:15:30.250Z");
    CHECK(to_rfc3339(WallTime(std::chrono::milliseconds(-1))) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("RFC 3339 times are read with any offset and any fraction") {
    const auto time = from_rfc3339("2026-03-01T08:15:30.250Z");
    REQUIRE(time);
    CHECK(to_rfc3339(*time) == "2026-03-01T08:15:30.250Z");
    CHECK(from_rfc3339("2026-03-01T09:15:30.250+01:00") == time);
    CHECK(from_rfc3339("2026-03-01 07:45:30.250999999-00:30") == time);
    CHECK(from_rfc3339("2026-03-01t08:15:30.25z") == time);
    CHECK(from_rfc3339("2024-02-29T00:00:00Z"));
}

TEST_CASE("what is no RFC 3339 time is not read") {
    const auto* text =
        GENERATE("", "yesterday", "2026-03-01", "2026-03-01T08:15:30", "2026-13-01T08:15:30Z",
                 "2026-02-29T08:15:30Z", "2026-03-01T24:00:00Z", "2026-03-01T08:60:00Z",
                 "2026-03-01T08:15:30.Z", "2026-03-01T08:15:30Zx", "2026-03-01T08:15:30+1:00",
                 "-026-03-01T08:15:30Z", "+026-03-01T08:15:30Z");
    CHECK_FALSE(from_rfc3339(text));
}
