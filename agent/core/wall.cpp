// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/wall.h"

#include <algorithm>

namespace vaktpost::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr milliseconds week = minutes(minutes_of_week);
constexpr milliseconds monday_after_epoch = minutes(4 * minutes_of_day);  // 1970-01-01: a Thursday

milliseconds remainder(milliseconds value, milliseconds of) {
    const milliseconds rest = value % of;
    return rest < milliseconds::zero() ? rest + of : rest;
}

std::string digits(std::int64_t value, std::size_t count) {
    std::string text(count, '0');
    for (auto place = text.rbegin(); place != text.rend(); ++place, value /= 10)
        *place = static_cast<char>('0' + value % 10);
    return text;
}

}  // namespace

milliseconds Wall::of_week(Instant now) const {
    return remainder(utc_at(now) + offset - monday_after_epoch, week);
}

std::string utc_text(WallTime time) {
    const std::chrono::sys_time<milliseconds> point{time};
    const auto day = std::chrono::floor<std::chrono::days>(point);
    const std::chrono::year_month_day date(day);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(point - day).count();
    return digits(static_cast<int>(date.year()), 4) + "-" +
           digits(static_cast<unsigned>(date.month()), 2) + "-" +
           digits(static_cast<unsigned>(date.day()), 2) + "T" + digits(seconds / 3600, 2) + ":" +
           digits(seconds / 60 % 60, 2) + ":" + digits(seconds % 60, 2) + "Z";
}

bool WeekSpan::holds(milliseconds of_week) const {
    return remainder(of_week - minutes(begin), week) < minutes(length);
}

milliseconds WeekSpan::to_change(milliseconds of_week) const {
    const milliseconds into = remainder(of_week - minutes(begin), week);
    return into < minutes(length) ? minutes(length) - into : week - into;
}

}  // namespace vaktpost::core
