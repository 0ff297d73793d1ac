// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/json_scan.h"

#include <array>
#include <cstdint>
#include <string>

#include "platform/base/utf8.h"

namespace vaktpost::verify {
namespace {

// Lists in lists; the agent's records have three levels.
constexpr std::size_t deepest = 32;

constexpr std::uint8_t byte_of(char c) {
    return static_cast<std::uint8_t>(c);
}

// Printable ASCII that needs no second look inside a string.
constexpr std::array<bool, 256> make_plain() {
    std::array<bool, 256> plain{};
    for (std::size_t c = 0x20; c < 0x7f; ++c) plain[c] = c != '"' && c != '\\';
    return plain;
}
constexpr std::array<bool, 256> plain = make_plain();

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

bool JsonScan::take(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
}

std::optional<std::string_view> JsonScan::string() {
    const std::string_view from = rest_;
    if (!skip_string()) return std::nullopt;
    return from.substr(1, from.size() - rest_.size() - 2);
}

std::optional<std::string_view> JsonScan::value() {
    const std::string_view from = rest_;
    if (!skip_value()) return std::nullopt;
    return from.substr(0, from.size() - rest_.size());
}

bool JsonScan::skip_string() {
    if (!take('"')) return false;
    for (;;) {
        std::size_t length = 0;
        while (length < rest_.size() && plain[byte_of(rest_[length])]) ++length;
        rest_.remove_prefix(length);
        if (take('"')) return true;
        if (!(next_is('\\') ? skip_escape() : skip_character())) return false;
    }
}

// Beyond ASCII.
bool JsonScan::skip_character() {
    if (rest_.empty() || byte_of(rest_[0]) < 0x80) return false;
    const std::size_t length = platform::utf8_length(rest_);
    rest_.remove_prefix(length);
    return length > 0;
}

bool JsonScan::skip_escape() {
    if (rest_.size() < 2) return false;
    const char kind = rest_[1];
    rest_.remove_prefix(2);
    if (kind != 'u') return std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos;
    constexpr std::string_view hex = "0123456789abcdefABCDEF";
    if (rest_.size() < 4) return false;
    if (rest_.substr(0, 4).find_first_not_of(hex) != std::string_view::npos) return false;
    rest_.remove_prefix(4);
    return true;
}

bool JsonScan::skip_digits() {
    std::size_t length = 0;
    while (length < rest_.size() && is_digit(rest_[length])) ++length;
    rest_.remove_prefix(length);
    return length > 0;
}

bool JsonScan::skip_number() {
    take('-');
    if (!take('0') && !skip_digits()) return false;
    if (take('.') && !skip_digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('-')) take('+');
    return skip_digits();
}

bool JsonScan::skip_word(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
}

// Without recursion: hostile text may be nested a thousand times.
bool JsonScan::skip_value() {
    std::string open;  // the brackets that would close what is open, innermost last
    for (;;) {
        bool done = true;  // a value has ended
        if (take('{')) {
            done = take('}');
            if (!done) open += '}';
            if (!done && (!skip_string() || !take(':'))) return false;
        } else if (take('[')) {
            done = take(']');
            if (!done) open += ']';
        } else if (next_is('"')) {
            if (!skip_string()) return false;
        } else if (!skip_word("true") && !skip_word("false") && !skip_word("null")) {
            if (!skip_number()) return false;
        }
        if (open.size() > deepest) return false;
        while (done && !open.empty()) {
            if (take(',')) {
                if (open.back() == '}' && (!skip_string() || !take(':'))) return false;
                break;
            }
            if (!take(open.back())) return false;
            open.pop_back();
        }
        if (open.empty()) return true;
    }
}

}  // namespace vaktpost::verify
