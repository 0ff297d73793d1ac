// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/duration_text.h"

#include <array>
#include <charconv>

namespace vaktpost::config {
namespace {

using std::chrono::milliseconds;

struct Unit {
    std::string_view name;
    std::int64_t ms;
};

constexpr std::array units{
    Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"min", 60'000},
    Unit{"s", 1'000},      Unit{"ms", 1},
};
constexpr std::size_t most_digits = 9;  // a billion days still fits 64 bits of milliseconds

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos || digits > most_digits)
        return std::nullopt;
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + digits, count);
    for (const Unit& unit : units)
        if (text.substr(digits) == unit.name) return milliseconds(count * unit.ms);
    return std::nullopt;
}

std::string duration_text(milliseconds duration) {
    const std::int64_t count = duration.count();
    if (count == 0) return "0s";
    for (const Unit& unit : units)
        if (count % unit.ms == 0) return std::to_string(count / unit.ms) + std::string(unit.name);
    return {};
}

}  // namespace vaktpost::config
