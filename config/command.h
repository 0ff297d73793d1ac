// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/table_reader.h"

namespace vaktpost::config {

enum class Program {
    any,       // also a name that is looked up in PATH
    absolute,  // a path from the root
};

// A program and its arguments, run without a shell.
void read_command(TableReader& in, std::string_view key, Program program,
                  std::vector<std::string>& command);

inline constexpr std::string_view command_form = "a list of texts: a program and its arguments";

}  // namespace vaktpost::config
