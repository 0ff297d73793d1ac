// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "agent/core/types.h"

namespace vaktpost::cli {

// The number behind a short code (core::short_code) as people read it from a screen and type it:
// upper or lower case, O for 0, I or L for 1, with hyphens. Nothing where it is no code.
std::optional<core::Seq> parse_code(std::string_view text);

}  // namespace vaktpost::cli
