// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <csignal>

namespace vaktpost::enroll {

// What somebody at the terminal, or the system, ends the program with. Stopped (SIGTSTP), it would
// keep a medium half made and the terminal without its echo, so it ends then too.
inline constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

}  // namespace vaktpost::enroll
