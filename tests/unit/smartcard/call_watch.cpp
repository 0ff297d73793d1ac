// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/call_watch.h"

#include <catch2/catch.hpp>

using namespace vaktpost::smartcard;
using std::chrono::milliseconds;

TEST_CASE("no call is never late") {
    const CallWatch watch;
    CHECK_FALSE(watch.overdue());
}

TEST_CASE("a call is late when its time and the grace are over, and no longer when it is back") {
    CallWatch watch;
    {
        const CallWatch::Call waiting{watch, milliseconds{60'000}};
        CHECK_FALSE(watch.overdue());
    }
    {
        const CallWatch::Call late{watch, -milliseconds{CallWatch::grace} - milliseconds{1}};
        CHECK(watch.overdue());
    }
    CHECK_FALSE(watch.overdue());
}
