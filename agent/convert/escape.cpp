// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/convert/escape.h"

#include <nettle/base64.h>

#include <boost/json/serialize.hpp>
#include <cstdint>

namespace vaktpost::convert {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

std::uint8_t byte_at(std::string_view text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
}

bool is_c1(std::string_view text, std::size_t at) {
    return byte_at(text, at) == 0xc2 && at + 1 < text.size() && byte_at(text, at + 1) < 0xa0;
}

// Bytes of the control character at that place; 0: none is there.
std::size_t control_length(std::string_view text, std::size_t at) {
    if (byte_at(text, at) < 0x20 || byte_at(text, at) == 0x7f) return 1;
    return is_c1(text, at) ? 2 : 0;
}

// U+FFFE and U+FFFF are no characters to XML.
std::size_t not_xml_length(std::string_view text, std::size_t at) {
    const auto three = text.substr(at, 3);
    const bool no_character = three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF";
    return no_character ? 3 : control_length(text, at);
}

// `special` gives what stands for a byte, or nothing where the byte stands for itself; `unfit` how
// many bytes the format cannot hold there.
template <class Special, class Unfit>
std::string escaped(std::string_view text, Special special, Unfit unfit) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (const std::string_view instead = special(text[i]); !instead.empty()) {
            out += instead;
        } else if (const std::size_t length = unfit(text, i); length > 0) {
            out += replacement;
            i += length - 1;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string_view in_cef_header(char c) {
    if (c == '\\') return "\\\\";
    return c == '|' ? "\\|" : std::string_view();
}

std::string_view in_cef_value(char c) {
    switch (c) {
        case '\\':
            return "\\\\";
        case '=':
            return "\\=";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        default:
            return {};
    }
}

std::string_view in_xml(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        default:
            return {};
    }
}

}  // namespace

bool has_control_character(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (control_length(text, i) > 0) return true;
    return false;
}

std::string_view cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (byte_at(text, limit) & 0xc0) == 0x80) --limit;
    return text.substr(0, limit);
}

std::string cef_header(std::string_view text) {
    return escaped(text, in_cef_header, control_length);
}

std::string cef_value(std::string_view text) {
    return escaped(text, in_cef_value, control_length);
}

std::string xml_text(std::string_view text) {
    return escaped(text, in_xml, not_xml_length);
}

std::string json_line(const boost::json::value& value) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::string text = boost::json::serialize(value);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t length = control_length(text, i);
        if (length == 0) {
            out += text[i];
            continue;
        }
        i += length - 1;  // the character's number is its last byte
        const std::uint8_t number = byte_at(text, i);
        ((out += "\\u00") += digits[number >> 4]) += digits[number & 0xf];
    }
    return out;
}

std::string base64(std::string_view bytes) {
    std::string text(BASE64_ENCODE_RAW_LENGTH(bytes.size()), '\0');
    base64_encode_raw(text.data(), bytes.size(),
                      reinterpret_cast<const std::uint8_t*>(bytes.data()));
    return text;
}

}  // namespace vaktpost::convert
