// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/reader_reading.h"

#include <utility>

namespace vaktpost::smartcard {

namespace {

CardState card_state(std::uint32_t flags) {
    // pcsc-lite says "unknown" of a reader it does not list, "unavailable" alone of one in error.
    if (flags & state_flag::unknown) return CardState::vanished;
    if (flags & state_flag::unavailable) return CardState::unknown;
    const bool empty = flags & state_flag::empty;
    const bool present = flags & state_flag::present;
    if (empty && present) return CardState::unknown;
    if (empty) return CardState::empty;
    if (present) return CardState::present;
    return CardState::settling;
}

std::string hex(std::span<const std::uint8_t> bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const unsigned byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

}  // namespace

ReaderReading reading_of(core::ReaderName name, std::uint32_t event_state,
                         std::span<const std::uint8_t> atr) {
    const CardState state = card_state(event_state);
    return {.name = std::move(name),
            .state = state,
            .mute = state == CardState::present && (event_state & state_flag::mute) != 0,
            .counter = static_cast<std::uint16_t>(event_state >> 16),
            .atr = state == CardState::present ? hex(atr) : std::string{}};
}

std::uint32_t known_state(const ReaderReading& reading) {
    const std::uint32_t counter = std::uint32_t{reading.counter} << 16;
    switch (reading.state) {
        case CardState::unread:
            return 0;
        case CardState::settling:  // passed as it is it would read "unread" and return at once
        case CardState::empty:
            return counter | state_flag::empty;
        case CardState::present:
            return counter | state_flag::present | (reading.mute ? state_flag::mute : 0);
        case CardState::unknown:
            return state_flag::unavailable;
        case CardState::vanished:
            return state_flag::unknown;
    }
    return 0;
}

}  // namespace vaktpost::smartcard
