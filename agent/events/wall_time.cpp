// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/wall_time.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace vaktpost::events {
namespace {

namespace chr = std::chrono;

// Takes exactly `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits || text[0] < '0' || text[0] > '9') return std::nullopt;
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    if (error != std::errc() || end != text.data() + digits) return std::nullopt;
    text.remove_prefix(digits);
    return number;
}

bool take_one_of(std::string_view& text, std::string_view choices) {
    if (text.empty() || choices.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<chr::sys_days> take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || !take_one_of(text, "-")) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take_one_of(text, "-")) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day) return std::nullopt;
    const chr::year_month_day date{chr::year(*year), chr::month(static_cast<unsigned>(*month)),
                                   chr::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return chr::sys_days(date);
}

std::optional<chr::minutes> take_hours_and_minutes(std::string_view& text) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take_one_of(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    return chr::hours(*hour) + chr::minutes(*minute);
}

// ".25" as 250 ms; finer digits are cut.
std::optional<chr::milliseconds> take_fraction(std::string_view& text) {
    if (!take_one_of(text, ".")) return chr::milliseconds(0);
    int thousandths = 0;
    int weight = 100;
    bool any = false;
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
        thousandths += (text[0] - '0') * weight;
        weight /= 10;
        any = true;
        text.remove_prefix(1);
    }
    if (!any) return std::nullopt;
    return chr::milliseconds(thousandths);
}

std::optional<chr::minutes> take_offset(std::string_view& text) {
    if (take_one_of(text, "Zz")) return chr::minutes(0);
    const bool behind = !text.empty() && text[0] == '-';
    if (!take_one_of(text, "+-")) return std::nullopt;
    const auto offset = take_hours_and_minutes(text);
    if (!offset) return std::nullopt;
    return behind ? -*offset : *offset;
}

}  // namespace

WallTime wall_now() {
    return chr::floor<chr::milliseconds>(chr::system_clock::now());
}

std::string to_rfc3339(WallTime time) {
    const auto day = chr::floor<chr::days>(time);
    const chr::year_month_day date(day);
    const chr::hh_mm_ss clock(time - day);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
    return text.data();
}

std::optional<WallTime> from_rfc3339(std::string_view text) {
    const auto date = take_date(text);
    if (!date || !take_one_of(text, "Tt ")) return std::nullopt;
    const auto clock = take_hours_and_minutes(text);
    if (!clock || !take_one_of(text, ":")) return std::nullopt;
    const auto second = take_number(text, 2);
    if (!second || *second > 60) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return WallTime(*date) + *clock + chr::seconds(*second) + *fraction - *offset;
}

}  // namespace vaktpost::events
