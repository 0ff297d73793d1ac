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
        return "lost " + lost->reader.value;
    if (std::holds_alternative<core::SourceBack>(event)) return "back";
    return std::holds_alternative<core::SourceLost>(event) ? "source lost" : "?";
}

using Words = std::vector<std::string>;

inline Words words(const std::vector<core::Event>& events) {
    Words all;
    for (const auto& event : events) all.push_back(word(event));
    return all;
}

}  // namespace vaktpost::smartcard::test
