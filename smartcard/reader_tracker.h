// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "agent/core/events.h"
#include "smartcard/reader_reading.h"

namespace vaktpost::smartcard {

// Remembers in which readers there are cards, and turns each new picture into events. A card that
// was in and is in no longer gives exactly one CardRemoved or PresenceLost. Pure.
class ReaderTracker {
  public:
    // `picture`: every reader that PC/SC lists; one that is not in it is gone.
    std::vector<core::Event> update(std::span<const ReaderReading> picture);

    // PC/SC is away: its counters start anew, and which cards are still in must be seen again. The
    // next picture reports each card that is in as inserted, each other one as gone.
    void source_lost();

  private:
    struct Card {
        std::uint16_t counter = 0;
        bool seen_again = true;
    };

    std::map<core::ReaderName, Card> cards_;
};

}  // namespace vaktpost::smartcard
