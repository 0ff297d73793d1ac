// SPDX-License-Identifier: GPL-3.0-or-later
// Durations as people write them: a whole number and a unit, "250ms", "30s", "5min", "2h", "1d".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vaktpost::config {

inline constexpr std::string_view never_word = "never";

// Nothing when it is not so written, or longer than any time we could hold.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// In the largest unit that holds it without a remainder.
std::string duration_text(std::chrono::milliseconds duration);

}  // namespace vaktpost::config
