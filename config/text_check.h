// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "config/problem.h"

namespace vaktpost::config {

// Bytes: ten thousand rules about devices, and room to spare.
inline constexpr std::size_t largest_file = 4U << 20U;

// Bytes of a line. TOML nests one table per dot of a key, and the TOML library frees nested tables
// by recursion: the bound keeps a file of dots from exhausting the stack.
inline constexpr std::size_t longest_line = 2048;

// What must hold before the TOML library sees the text: size, length of lines, UTF-8, no NUL.
// Further, nothing but ASCII outside comments, and no text of several lines: no key takes either,
// and toml++ 3.3 has undefined behaviour where it looks for white space and finds a letter such as
// U+00E6.
std::optional<Problem> check_text(std::string_view text);

}  // namespace vaktpost::config
