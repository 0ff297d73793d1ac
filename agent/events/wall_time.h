// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vaktpost::events {

// UTC. In records only: it may be stepped, so nothing is ever decided by it.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

WallTime wall_now();

// "2026-03-01T08:15:30.250Z" (RFC 3339). Texts of this form sort as their times do.
std::string to_rfc3339(WallTime time);

// Any RFC 3339 time, with any offset; nothing where it is none.
std::optional<WallTime> from_rfc3339(std::string_view text);

}  // namespace vaktpost::events
