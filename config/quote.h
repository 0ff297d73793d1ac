// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vaktpost::config {

// Printable ASCII stays, every other byte becomes \xNN: a file cannot write to the terminal or
// forge a line of a log through our messages.
std::string printable(std::string_view text);

// printable(), in double quotes, cut with "..." where it is long.
std::string quoted(std::string_view text);

// "a, b or c"
std::string alternatives(std::span<const std::string> texts);

// `"a", "b" or "c"`; words of our own tables.
std::string choices(std::span<const std::string_view> words);

}  // namespace vaktpost::config
