// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/quote.h"

namespace vaktpost::config {
namespace {

constexpr std::size_t longest_quote = 60;
constexpr std::string_view hex_digits = "0123456789abcdef";

}  // namespace

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (const char c : text) {
        if (c >= ' ' && c <= '~') {
            result += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        result += "\\x";
        result += hex_digits[byte >> 4U];
        result += hex_digits[byte & 0xfU];
    }
    return result;
}

std::string quoted(std::string_view text) {
    const bool cut = text.size() > longest_quote;
    return "\"" + printable(text.substr(0, longest_quote)) + (cut ? "...\"" : "\"");
}

std::string choices(std::span<const std::string_view> words) {
    std::string result;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) result += i + 1 == words.size() ? " or " : ", ";
        result += quoted(words[i]);
    }
    return result;
}

}  // namespace vaktpost::config
