// SPDX-License-Identifier: GPL-3.0-or-later
// Stretches of the week as people write them: "mon-fri 07:00-16:00", "sat,sun 22:00-06:00",
// "00:00-24:00".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "agent/core/wall.h"

namespace vaktpost::config {

// One for each day; nothing when it is not so written.
std::optional<std::vector<core::WeekSpan>> parse_week(std::string_view text);

}  // namespace vaktpost::config
