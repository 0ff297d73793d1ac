// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/clean_text.h"

#include <cstdint>

namespace vaktpost::events {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Lead {
    std::size_t length;
    std::uint8_t least;  // of the second byte: keeps out overlong forms, surrogates and what is
                         // beyond U+10FFFF
    std::uint8_t most;
};

// RFC 3629, section 4. Length 0: no character starts with this byte.
constexpr Lead lead_of(std::uint8_t byte) {
    if (byte < 0x7f) return {1, 0, 0};
    if (byte == 0xc2) return {2, 0xa0, 0xbf};  // from 0x80 on: the C1 controls
    if (byte >= 0xc3 && byte <= 0xdf) return {2, 0x80, 0xbf};
    if (byte == 0xe0) return {3, 0xa0, 0xbf};
    if (byte == 0xed) return {3, 0x80, 0x9f};
    if (byte >= 0xe1 && byte <= 0xef) return {3, 0x80, 0xbf};
    if (byte == 0xf0) return {4, 0x90, 0xbf};
    if (byte >= 0xf1 && byte <= 0xf3) return {4, 0x80, 0xbf};
    if (byte == 0xf4) return {4, 0x80, 0x8f};
    return {0, 0, 0};
}

// How many bytes the character at the start of `text` has; 0: none starts there.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const Lead lead = lead_of(byte(0));
    if (lead.length > text.size()) return 0;
    for (std::size_t i = 1; i < lead.length; ++i) {
        const std::uint8_t least = i == 1 ? lead.least : 0x80;
        const std::uint8_t most = i == 1 ? lead.most : 0xbf;
        if (byte(i) < least || byte(i) > most) return 0;
    }
    return lead.length;
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
