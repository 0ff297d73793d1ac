// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/reader_tracker.h"

#include <algorithm>
#include <iterator>

namespace vaktpost::smartcard {

namespace {

const ReaderReading* find_listed(std::span<const ReaderReading> picture,
                                 const core::ReaderName& name) {
    const auto found = std::ranges::find(picture, name, &ReaderReading::name);
    return found == picture.end() || found->state == CardState::vanished ? nullptr : &*found;
}

// pcscd counts one event when a reader in error finds its card again.
bool may_be_same_card(std::uint16_t before, std::uint16_t now) {
    return static_cast<std::uint16_t>(now - before) <= 1;
}

}  // namespace

std::vector<core::Event> ReaderTracker::update(std::span<const ReaderReading> picture) {
    std::vector<core::Event> events;
    std::erase_if(readers_, [&](const auto& entry) {
        const auto& [name, reader] = entry;
        if (find_listed(picture, name) != nullptr) return false;
        if (reader.card == Card::out)
            events.push_back(core::ReaderLeft{name});
        else
            events.push_back(core::PresenceLost{name, true});
        return true;
    });
    // What went, in all readers, before what came.
    std::vector<core::Event> arrivals;
    for (const auto& reading : picture) {
        if (reading.state == CardState::vanished) continue;
        const auto [entry, added] = readers_.try_emplace(reading.name);
        if (added) arrivals.push_back(core::ReaderArrived{reading.name});
        Reader& reader = entry->second;
        follow(reading, reader, events);
        if (reading.state != CardState::present) continue;
        if (reader.card != Card::in || !reader.seen_again)
            arrivals.push_back(core::CardInserted{reading.name, reading.atr});
        reader = {.card = Card::in, .counter = reading.counter, .seen_again = true};
    }
    std::ranges::move(arrivals, std::back_inserter(events));
    return events;
}

// What became of a card that was in; nothing when it still is.
void ReaderTracker::follow(const ReaderReading& now, Reader& reader,
                           std::vector<core::Event>& events) {
    if (reader.card == Card::out) return;
    const bool doubtful = reader.card == Card::doubtful;
    switch (now.state) {
        case CardState::present:
            if (!reader.seen_again || now.counter == reader.counter) return;
            if (doubtful && may_be_same_card(reader.counter, now.counter)) return;
            // Any other count: the card was out in between, however briefly, and may be another.
            [[fallthrough]];
        case CardState::empty:
            reader.card = Card::out;
            events.push_back(core::CardRemoved{now.name});
            return;
        case CardState::unknown:
            if (!doubtful) events.push_back(core::PresenceLost{now.name, false});
            reader.card = Card::doubtful;
            return;
        case CardState::unread:
        case CardState::settling:
            if (!reader.seen_again) return;  // pcscd is new and knows no better yet
            [[fallthrough]];                 // the reader was gone and has been added again
        case CardState::vanished:
            reader.card = Card::out;
            events.push_back(core::PresenceLost{now.name, true});
            return;
    }
}

void ReaderTracker::source_lost() {
    for (auto& [name, reader] : readers_) reader.seen_again = false;
}

}  // namespace vaktpost::smartcard
