// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace vaktpost::config {

// As many hex digits as the number holds, no more and no fewer.
template <class Number>
std::optional<Number> parse_hex(std::string_view text) {
    Number number = 0;
    if (text.size() != 2 * sizeof(Number)) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace vaktpost::config
