// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace vaktpost::session_helper {

// How a notice behaves on the screen. Those of one place take each other's.
enum class Place {
    idle,      // counts down
    presence,  // counts down
    hold,      // a banner that stays until it is over
    warning,   // stays until somebody has seen it
    message,   // goes by itself
    proof,     // stays until it is over
};
inline constexpr unsigned places = 6;

// In English, to be translated.
struct NoticeWords {
    Place place;
    const char* summary;       // may hold one %u, seconds, or one %s, the time of day
    const char* summary_many;  // for any number but one; null: the same
    const char* body;
};

// Null: a notice without words of its own.
const NoticeWords* notice_words(std::string_view notice);

// The place that a notice ends ("hold_over"); places: none.
unsigned place_ended(std::string_view notice);

extern const char* const hold_button;
extern const char* const code_line;  // holds one %s

}  // namespace vaktpost::session_helper
