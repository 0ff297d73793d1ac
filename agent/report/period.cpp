// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/period.h"

#include <optional>

namespace vaktpost::report {
namespace {

namespace chr = std::chrono;
using events::WallTime;

constexpr std::size_t day_length = 10;  // YYYY-MM-DD
constexpr chr::days usual{7};

std::optional<WallTime> time_of(std::string_view text, chr::days added_to_a_day) {
    if (text.size() != day_length) return events::from_rfc3339(text);
    const auto midnight = events::from_rfc3339(std::string(text) + "T00:00:00Z");
    if (!midnight) return std::nullopt;
    return *midnight + added_to_a_day;
}

core::Error wrong(std::string_view option) {
    return {0, std::string(option),
            "takes a day such as 2026-03-01 or a time such as 2026-03-01T08:00:00Z"};
}

}  // namespace

std::size_t Period::days() const {
    return day_of(to - chr::milliseconds(1)) + 1;
}

std::size_t Period::day_of(WallTime time) const {
    return static_cast<std::size_t>(
        (chr::floor<chr::days>(time) - chr::floor<chr::days>(from)).count());
}

std::string Period::day_text(std::size_t day) const {
    const auto midnight = chr::floor<chr::days>(from) + chr::days(day);
    return events::to_rfc3339(midnight).substr(0, day_length);
}

core::Result<Period> period_of(std::string_view from, std::string_view to, WallTime now) {
    const auto end = to.empty() ? now : time_of(to, chr::days(1));
    if (!end) return wrong("--to");
    const auto start =
        from.empty() ? chr::floor<chr::days>(*end - chr::milliseconds(1)) + chr::days(1) - usual
                     : time_of(from, chr::days(0));
    if (!start) return wrong("--from");
    const Period period{*start, *end};
    if (period.to <= period.from) return core::Error{0, "--to", "is not behind --from"};
    if (period.days() > Period::most_days)
        return core::Error{
            0, "--from", "is more than " + std::to_string(Period::most_days) + " days before --to"};
    return period;
}

}  // namespace vaktpost::report
