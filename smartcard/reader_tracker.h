// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "agent/core/events.h"
#include "smartcard/reader_reading.h"

namespace vaktpost::smartcard {

// Remembers the readers and in which there are cards, and turns each new picture into events. Pure.
//
// A reader gives ReaderArrived, and in the end ReaderLeft or, with a card in it, PresenceLost. A
// card that was in and is in no longer gives exactly one CardRemoved or PresenceLost. Where its
// reader was only in error (PresenceLost that is not `vanished`), one of these follows sooner or
// later: CardInserted (it came round), CardRemoved, or PresenceLost of a reader that vanished.
class ReaderTracker {
  public:
    // `picture`: every reader that PC/SC lists; one that is not in it is gone.
    std::vector<core::Event> update(std::span<const ReaderReading> picture);

    // PC/SC is away: its counters start anew, and which cards are still in must be seen again. The
    // next picture reports each card that is in as inserted, each other one as gone.
    void source_lost();

  private:
    enum class Card { out, in, doubtful };
    struct Reader {
        Card card = Card::out;
        std::uint16_t counter = 0;
        bool seen_again = true;
    };

    static void follow(const ReaderReading& now, Reader& reader, std::vector<core::Event>& events);

    std::map<core::ReaderName, Reader> readers_;
};

}  // namespace vaktpost::smartcard
