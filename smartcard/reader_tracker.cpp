// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/reader_tracker.h"

#include <algorithm>
#include <optional>

namespace vaktpost::smartcard {

namespace {

// What became of a card that was in; nothing when it still is.
std::optional<core::Event> end_of(const core::ReaderName& name, std::uint16_t counter,
                                  bool counter_holds, std::span<const ReaderReading> picture) {
    const auto reading = std::ranges::find(picture, name, &ReaderReading::name);
    if (reading == picture.end()) return core::PresenceLost{name};
    switch (reading->state) {
        case CardState::present:
            // Any other count: the card was out in between, however briefly, and may be another.
            if (counter_holds && reading->counter != counter) return core::CardRemoved{name};
            return std::nullopt;
        case CardState::empty:
            return core::CardRemoved{name};
        case CardState::unread:
        case CardState::settling:
        case CardState::unknown:
            return core::PresenceLost{name};
    }
    return core::PresenceLost{name};
}

}  // namespace

std::vector<core::Event> ReaderTracker::update(std::span<const ReaderReading> picture) {
    std::vector<core::Event> events;
    std::erase_if(cards_, [&](const auto& entry) {
        const auto& [name, card] = entry;
        auto end = end_of(name, card.counter, card.seen_again, picture);
        if (end) events.push_back(std::move(*end));
        return end.has_value();
    });
    for (const auto& reading : picture) {
        if (reading.state != CardState::present) continue;
        const auto [entry, added] = cards_.try_emplace(reading.name);
        Card& card = entry->second;
        if (added || !card.seen_again) events.push_back(core::CardInserted{reading.name, {}});
        card = {.counter = reading.counter, .seen_again = true};
    }
    return events;
}

void ReaderTracker::source_lost() {
    for (auto& [name, card] : cards_) card.seen_again = false;
}

}  // namespace vaktpost::smartcard
