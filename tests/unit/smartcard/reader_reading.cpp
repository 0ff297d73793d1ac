// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/reader_reading.h"

#include <array>
#include <catch2/catch.hpp>

using namespace vaktpost;
using namespace vaktpost::smartcard;

namespace {
const core::ReaderName a{"A"};
constexpr std::uint32_t changed = 0x0002, exclusive = 0x0080, in_use = 0x0100;  // pcsclite.h

CardState state_of(std::uint32_t word) {
    return reading_of(a, word).state;
}
}  // namespace

TEST_CASE("a mute card is a card that is in") {
    const auto reading = reading_of(a, state_flag::present | state_flag::mute | changed);
    CHECK(reading.state == CardState::present);
    CHECK(reading.mute);
}

TEST_CASE("the counter is the upper half of the word") {
    CHECK(reading_of(a, 0xffff0000U | state_flag::present).counter == 0xffff);
    CHECK(reading_of(a, state_flag::present).counter == 0);
}

TEST_CASE("a reader in error is unknown, whatever else its word says") {
    CHECK(state_of(state_flag::unavailable) == CardState::unknown);
    CHECK(state_of(state_flag::unavailable | state_flag::present) == CardState::unknown);
    CHECK(state_of(state_flag::unavailable | state_flag::empty) == CardState::unknown);
    CHECK(state_of(state_flag::empty | state_flag::present) == CardState::unknown);
}

TEST_CASE("a reader that PC/SC does not know has vanished, whatever else its word says") {
    CHECK(state_of(state_flag::unknown | state_flag::unavailable) == CardState::vanished);
    CHECK(state_of(state_flag::unknown | state_flag::present) == CardState::vanished);
}

TEST_CASE("the answer to reset is hex digits, and is there only while a card is in") {
    const std::array<std::uint8_t, 3> atr{0x3b, 0x0f, 0xa5};
    CHECK(reading_of(a, state_flag::present, atr).atr == "3b0fa5");
    CHECK(reading_of(a, state_flag::present).atr.empty());
    CHECK(reading_of(a, state_flag::empty, atr).atr.empty());
}

TEST_CASE("a reader that is just being added is neither empty nor holding a card") {
    CHECK(state_of(0) == CardState::settling);
    CHECK(state_of(changed) == CardState::settling);
}

TEST_CASE("use by other programs makes no difference to a reading") {
    for (const auto base : {state_flag::present, state_flag::empty})
        for (const auto use : {exclusive, in_use, exclusive | in_use})
            CHECK(reading_of(a, base | use | 0x30000U) == reading_of(a, base | 0x30000U));
}

TEST_CASE("what is passed back to PC/SC names the state and never other programs' use") {
    for (std::uint32_t flags = 0; flags < 0x1000; ++flags) {
        const auto known = known_state(reading_of(a, flags | 0x70000U));
        CHECK((known & (exclusive | in_use | changed)) == 0);
        CHECK(known != 0);  // 0 would make the wait return at once, for ever
        const auto state = state_of(flags);
        if (state != CardState::empty && state != CardState::present) continue;
        CHECK(reading_of(a, known) == reading_of(a, flags | 0x70000U));
    }
}

TEST_CASE("an unread reader makes the wait return at once") {
    CHECK(known_state({.name = a, .state = CardState::unread, .counter = 7}) == 0);
}
