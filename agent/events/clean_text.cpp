// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/clean_text.h"

#include <cstdint>

#include "platform/base/utf8.h"

namespace vaktpost::events {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// How many bytes the character at the start of `text` has; 0: none that may stay starts there.
std::size_t character_length(std::string_view text) {
    const bool del = text[0] == '\x7f';
    const bool c1 =
        text.size() > 1 && text[0] == '\xc2' && static_cast<std::uint8_t>(text[1]) < 0xa0;
    return del || c1 ? 0 : platform::utf8_length(text);
}

}  // namespace

std::string clean_text(std::string_view text) {
    std::string clean;
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        const std::string_view character = length > 0 ? text.substr(0, length) : replacement;
        if (clean.size() + character.size() > text_limit) break;
        clean += character;
        text.remove_prefix(length > 0 ? length : 1);
    }
    return clean;
}

}  // namespace vaktpost::events
