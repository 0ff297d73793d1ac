// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "agent/core/types.h"

namespace vaktpost::smartcard {

enum class CardState {
    unread,    // PC/SC has not been asked yet
    settling,  // the reader was just added: pcscd does not know yet whether a card is in
    empty,
    present,
    unknown,   // the reader is there, but in error: PC/SC cannot tell
    vanished,  // PC/SC no longer knows the reader
};

// What PC/SC last said about one reader.
struct ReaderReading {
    core::ReaderName name;
    CardState state = CardState::unread;
    bool mute = false;  // the card is in but does not answer
    std::uint16_t counter =
        0;  // of insertions and removals since pcscd added the reader; wraps to 0
    std::string atr =
        {};  // of the card that is in: hex digits in lower case; empty where it is mute
    bool operator==(const ReaderReading&) const = default;
};

// The words of SCARD_READERSTATE, as pcsclite.h numbers them: flags below, the counter in bits 16
// to 31.
namespace state_flag {
inline constexpr std::uint32_t unknown = 0x0004;
inline constexpr std::uint32_t unavailable = 0x0008;
inline constexpr std::uint32_t empty = 0x0010;
inline constexpr std::uint32_t present = 0x0020;
inline constexpr std::uint32_t mute = 0x0200;
}  // namespace state_flag

// dwEventState as PC/SC returned it, and the ATR beside it. Contradictory flags are unknown, never
// empty and never present.
ReaderReading reading_of(core::ReaderName name, std::uint32_t event_state,
                         std::span<const std::uint8_t> atr = {});

// The dwCurrentState with which PC/SC wakes us when something other than this reading holds. Other
// programs' use of the reader is left out on purpose: it must not wake us.
std::uint32_t known_state(const ReaderReading& reading);

}  // namespace vaktpost::smartcard
