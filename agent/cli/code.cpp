// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/code.h"

#include <limits>

namespace vaktpost::cli {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
// SQLite's numbers end there; no log does.
constexpr core::Seq largest = std::numeric_limits<std::int64_t>::max();

// Crockford's base 32 leaves out what is taken for another digit.
char as_digit(char c) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') return '0';
    if (c == 'I' || c == 'L') return '1';
    return c;
}

}  // namespace

std::optional<core::Seq> parse_code(std::string_view text) {
    core::Seq number = 0;
    for (const char c : text) {
        if (c == '-') continue;
        const std::size_t digit = alphabet.find(as_digit(c));
        if (digit == std::string_view::npos || number > largest / alphabet.size())
            return std::nullopt;
        number = number * alphabet.size() + digit;
    }
    if (number == 0) return std::nullopt;
    return number;
}

}  // namespace vaktpost::cli
