// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>

#include "platform/session_helper/protocol.h"
#include "platform/session_helper/text.h"

namespace vaktpost::session_helper {

enum class Group {
    shared,  // ours
    own,     // a new process group, numbered like the process
};

// Starts a program without a shell, looked up in PATH. Below 0: an errno, negated.
pid_t start_program(const Arguments& arguments, char* const* environment, Group group);

// start_program() would find something to start.
bool is_installed(const char* program);

// When a process began, in clock ticks since boot; 0: there is none, or it has ended.
std::uint64_t start_time(pid_t pid);

// A child of ours that is none of `known` (which ends with 0) and began at `since` or later: the
// one a locker left behind when it went to the background. One named like `program` is preferred.
// 0: there is none.
pid_t find_left_behind(const char* program, std::uint64_t since, const pid_t* known);

// The locker that covers a session's screen, kept in XDG_RUNTIME_DIR/vaktpost/ for a helper that is
// started anew: a process number and the time the process began, since numbers are used again.
bool remember_locker(std::string_view session, pid_t pid);
void forget_locker(std::string_view session);
// 0: none, or it has ended.
pid_t remembered_locker(std::string_view session);

}  // namespace vaktpost::session_helper
