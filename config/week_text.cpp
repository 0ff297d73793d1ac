// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/week_text.h"

#include <algorithm>
#include <array>
#include <bitset>

namespace vaktpost::config {
namespace {

constexpr auto day_names =
    std::to_array<std::string_view>({"mon", "tue", "wed", "thu", "fri", "sat", "sun"});
using Days = std::bitset<day_names.size()>;

std::optional<std::size_t> parse_day(std::string_view text) {
    const auto found = std::find(day_names.begin(), day_names.end(), text);
    if (found == day_names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - day_names.begin());
}

// "fri-mon" runs over the end of the week.
bool add_days(std::string_view text, Days& days) {
    const std::size_t dash = text.find('-');
    const auto first = parse_day(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_day(text.substr(dash + 1));
    if (!first || !last) return false;
    for (std::size_t day = *first;; day = (day + 1) % days.size()) {
        days.set(day);
        if (day == *last) return true;
    }
}

std::optional<Days> parse_days(std::string_view text) {
    Days days;
    for (bool more = true; more;) {
        const std::size_t comma = text.find(',');
        if (!add_days(text.substr(0, comma), days)) return std::nullopt;
        more = comma != std::string_view::npos;
        if (more) text.remove_prefix(comma + 1);
    }
    return days;
}

std::optional<int> two_digits(std::string_view text, int most) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 2 || !is_digit(text[0]) || !is_digit(text[1])) return std::nullopt;
    const int number = (text[0] - '0') * 10 + (text[1] - '0');
    return number <= most ? std::optional(number) : std::nullopt;
}

// Minutes of the day; "24:00" is its end.
std::optional<int> parse_clock(std::string_view text) {
    if (text == "24:00") return core::minutes_of_day;
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hour = two_digits(text.substr(0, 2), 23);
    const auto minute = two_digits(text.substr(3), 59);
    if (!hour || !minute) return std::nullopt;
    return *hour * 60 + *minute;
}

}  // namespace

std::optional<std::vector<core::WeekSpan>> parse_week(std::string_view text) {
    Days days;
    days.set();
    if (const std::size_t space = text.find(' '); space != std::string_view::npos) {
        const auto named = parse_days(text.substr(0, space));
        if (!named) return std::nullopt;
        days = *named;
        text.remove_prefix(space + 1);
    }
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto begin = parse_clock(text.substr(0, dash));
    const auto end = parse_clock(text.substr(dash + 1));
    if (!begin || !end || *begin == *end || *begin == core::minutes_of_day) return std::nullopt;
    const int length =
        *end > *begin ? *end - *begin : static_cast<int>(core::minutes_of_day) - *begin + *end;
    std::vector<core::WeekSpan> spans;
    for (std::size_t day = 0; day < days.size(); ++day)
        if (days.test(day))
            spans.push_back(
                {static_cast<std::int64_t>(day) * core::minutes_of_day + *begin, length});
    return spans;
}

}  // namespace vaktpost::config
