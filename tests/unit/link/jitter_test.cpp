// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "platform/link/jitter.h"

using namespace vaktpost::link;
using namespace std::chrono_literals;

TEST_CASE("a pause is half to one and a half of what it was meant to be") {
    CHECK(jittered(10s, 0) == 5s);
    CHECK(jittered(10s, 65535) == 15s);
    CHECK(jittered(5min, 65535) == 7min + 30s);
    const auto any = jittered(10s);
    CHECK(any >= 5s);
    CHECK(any <= 15s);
}
