// SPDX-License-Identifier: GPL-3.0-or-later
// Programs of ours that come and go beside the agent, held by their pidfd.
#pragma once

#include <csignal>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::platform {

// Starts the program in a session of its own, with no signal blocked or ignored, no environment,
// and nothing open but these and the agent's standard error. `words`: its arguments, its name
// first. `input`: less than 0: /dev/null. Gives the pidfd, which becomes readable when it ends.
// Waits for exec only.
core::Result<UniqueFd> start_helper(const std::filesystem::path& program,
                                    std::vector<std::string> words, int input, int output);

// How it ended, once its pidfd is readable; nothing: it cannot be told.
std::optional<siginfo_t> reap_helper(int process);

void kill_helper(int process);

}  // namespace vaktpost::platform
