// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile text made harmless.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/events/wall_time.h"

namespace vaktpost::report {

// The text of a JSON string, of which this is what stands between the quotes.
std::string unescaped(std::string_view json);

// The text as HTML, for an element's content or a quoted attribute: neither markup nor anything
// that is invisible or moves its neighbours. Characters that control, format or combine are shown
// as \uXXXX and a backslash as two; of more than `most` characters the first ones and "…".
std::string shown(std::string_view text, std::size_t most = 200);

// <time>: UTC, to the second.
std::string shown_time(events::WallTime time);

}  // namespace vaktpost::report
