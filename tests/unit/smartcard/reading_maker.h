// SPDX-License-Identifier: GPL-3.0-or-later
// Readings and events in the short form that the tests read best.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "agent/core/events.h"
#include "smartcard/reader_reading.h"

namespace vaktpost::smartcard::test {

inline ReaderReading reading(const std::string& name, CardState state, std::uint16_t counter = 0) {
    return {.name = {name}, .state = state, .counter = counter};
}
inline ReaderReading in(const std::string& name, std::uint16_t counter = 0) {
    return reading(name, CardState::present, counter);
}
inline ReaderReading out(const std::string& name, std::uint16_t counter = 0) {
    return reading(name, CardState::empty, counter);
}

inline std::string word(const core::Event& event) {
    if (const auto* inserted = std::get_if<core::CardInserted>(&event))
        return "in " + inserted->reader.value;
    if (const auto* removed = std::get_if<core::CardRemoved>(&event))
        return "out " + removed->reader.value;
    if (const auto* lost = std::get_if<core::PresenceLost>(&event))
        return (lost->vanished ? "lost " : "unsure ") + lost->reader.value;
    if (const auto* arrived = std::get_if<core::ReaderArrived>(&event))
        return "reader " + arrived->reader.value;
    if (const auto* left = std::get_if<core::ReaderLeft>(&event))
        return "no reader " + left->reader.value;
    if (const auto* known = std::get_if<core::CardIdentified>(&event))
        return known->reader.value + " is " + known->card.value;
    if (std::holds_alternative<core::SourceBack>(event)) return "back";
    return std::holds_alternative<core::SourceLost>(event) ? "source lost" : "?";
}

using Words = std::vector<std::string>;

inline Words words(const std::vector<core::Event>& events) {
    Words all;
    for (const auto& event : events) all.push_back(word(event));
    return all;
}

// Without the coming and going of readers.
inline Words card_words(std::vector<core::Event> events) {
    std::erase_if(events, [](const auto& event) {
        return std::holds_alternative<core::ReaderArrived>(event) ||
               std::holds_alternative<core::ReaderLeft>(event);
    });
    return words(events);
}

}  // namespace vaktpost::smartcard::test
