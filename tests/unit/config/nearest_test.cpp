// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/nearest.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>

using namespace vaktpost::config;

namespace {

constexpr std::array<std::string_view, 4> keys{"idle_lock", "idle_warning", "mode",
                                               "on_card_removal"};

}

TEST_CASE("a slip finds the key that was meant") {
    CHECK(nearest("idle_lok", keys) == "idle_lock");
    CHECK(nearest("idel_lock", keys) == "idle_lock");
    CHECK(nearest("idle-lock", keys) == "idle_lock");
    CHECK(nearest("IDLE_WARNING", keys) == "idle_warning");
    CHECK(nearest("on_card_remove", keys) == "on_card_removal");
    CHECK(nearest("mod", keys) == "mode");
}

TEST_CASE("nothing is suggested where nothing is near") {
    CHECK_FALSE(nearest("expires", keys));
    CHECK_FALSE(nearest("x", keys));
    CHECK_FALSE(nearest("", keys));
    CHECK_FALSE(nearest(std::string(100'000, 'm'), keys));
    CHECK_FALSE(nearest("mode", {}));
}
