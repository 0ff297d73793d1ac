// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/header_copy.h"

#include <array>
#include <catch2/catch.hpp>
#include <limits>

using namespace vaktpost::examine;

TEST_CASE("regions within the part are copied as asked for") {
    const std::array wanted{Region{0, 4096}, Region{8192, 100}};
    CHECK(bounded_regions(wanted, 10000, 1000000) == std::vector(wanted.begin(), wanted.end()));
}

TEST_CASE("regions are cut at the end of the part, and dropped beyond it") {
    constexpr auto kHuge = std::numeric_limits<Bytes>::max();
    const std::array wanted{Region{0, kHuge}, Region{90, 20}, Region{100, 1}, Region{kHuge, kHuge}};
    CHECK(bounded_regions(wanted, 100, kHuge) == std::vector{Region{0, 100}, Region{90, 10}});
}

TEST_CASE("no more is copied than the limit, whatever the header claims") {
    const std::array wanted{Region{0, 600}, Region{1000, 600}, Region{2000, 600}};
    CHECK(bounded_regions(wanted, 10000, 1000) == std::vector{Region{0, 600}, Region{1000, 400}});
}
