// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/quote.h"

#include <vector>

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

std::string alternatives(std::span<const std::string> texts) {
    std::string result;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0) result += i + 1 == texts.size() ? " or " : ", ";
        result += texts[i];
    }
    return result;
}

std::string choices(std::span<const std::string_view> words) {
    std::vector<std::string> texts;
    for (const std::string_view word : words) texts.push_back(quoted(word));
    return alternatives(texts);
}

}  // namespace vaktpost::config
