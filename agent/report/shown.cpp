// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/shown.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdio>

namespace vaktpost::report {
namespace {

namespace json = boost::json;

struct Characters {
    char32_t first;
    char32_t last;
};

// Unicode's categories Cc, Cf, Zl and Zp, marks that combine (they can be piled up over
// neighbours), other spaces and fillers that look like nothing, private use and noncharacters.
constexpr std::array escaped{
    Characters{0x0000, 0x001f},   Characters{0x007f, 0x00a0},   Characters{0x00ad, 0x00ad},
    Characters{0x0300, 0x036f},   Characters{0x0483, 0x0489},   Characters{0x0600, 0x0605},
    Characters{0x061c, 0x061c},   Characters{0x06dd, 0x06dd},   Characters{0x070f, 0x070f},
    Characters{0x115f, 0x1160},   Characters{0x1680, 0x1680},   Characters{0x17b4, 0x17b5},
    Characters{0x180b, 0x180f},   Characters{0x1ab0, 0x1aff},   Characters{0x1dc0, 0x1dff},
    Characters{0x2000, 0x200f},   Characters{0x2028, 0x202f},   Characters{0x205f, 0x206f},
    Characters{0x20d0, 0x20ff},   Characters{0x2800, 0x2800},   Characters{0x3000, 0x3000},
    Characters{0x3164, 0x3164},   Characters{0xd800, 0xf8ff},   Characters{0xfdd0, 0xfdef},
    Characters{0xfe00, 0xfe0f},   Characters{0xfe20, 0xfe2f},   Characters{0xfeff, 0xfeff},
    Characters{0xffa0, 0xffa0},   Characters{0xfff0, 0xffff},   Characters{0x110bd, 0x110bd},
    Characters{0x13430, 0x1345f}, Characters{0x1bca0, 0x1bca3}, Characters{0x1d165, 0x1d182},
    Characters{0xe0000, 0x10ffff}};
constexpr char32_t replacement = 0xfffd;

bool is_escaped(char32_t character) {
    return character != replacement &&
           std::any_of(escaped.begin(), escaped.end(), [&](const Characters& range) {
               return range.first <= character && character <= range.last;
           });
}

// Takes one character off the front; U+FFFD for a byte that belongs to none.
char32_t take_character(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    std::size_t length = 1;
    char32_t character = lead;
    if (lead >= 0xc2 && lead <= 0xf4) {
        length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        character = lead & (0xffU >> (length + 1));
    } else if (lead >= 0x80) {
        character = replacement;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= text.size() || (byte(i) & 0xc0) != 0x80) {
            length = 1;
            character = replacement;
            break;
        }
        character = character << 6 | (byte(i) & 0x3fU);
    }
    // Written longer than it need be, which hides what it is.
    if ((length == 3 && character < 0x800) || (length == 4 && character < 0x10000)) {
        length = 1;
        character = replacement;
    }
    text.remove_prefix(length);
    return character;
}

std::string escape_of(char32_t character) {
    std::array<char, 16> text{};
    const auto number = static_cast<unsigned>(character);
    std::snprintf(text.data(), text.size(), number > 0xffff ? "\\u{%X}" : "\\u%04X", number);
    return text.data();
}

std::string_view entity_of(char32_t character) {
    switch (character) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        case '\\':
            return "\\\\";
        case replacement:
            return "\xEF\xBF\xBD";
        default:
            return {};
    }
}

}  // namespace

std::string unescaped(std::string_view json_text) {
    boost::system::error_code error;
    const json::value value = json::parse('"' + std::string(json_text) + '"', error);
    if (error || !value.is_string()) return std::string(json_text);
    return std::string(value.get_string());
}

std::string shown(std::string_view text, std::size_t most) {
    std::string html;
    for (std::size_t count = 0; !text.empty(); ++count) {
        if (count == most) return html + "…";
        const std::string_view before = text;
        const char32_t character = take_character(text);
        if (const auto entity = entity_of(character); !entity.empty())
            html += entity;
        else if (is_escaped(character))
            html += escape_of(character);
        else
            html += before.substr(0, before.size() - text.size());
    }
    return html;
}

std::string shown_time(events::WallTime time) {
    constexpr std::size_t day = 10;
    constexpr std::size_t clock = 8;
    const std::string text = events::to_rfc3339(time);
    return "<time datetime=\"" + text + "\">" + text.substr(0, day) + " " +
           text.substr(day + 1, clock) + "</time>";
}

}  // namespace vaktpost::report
