// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>

#include "platform/session_helper/cover.h"
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

// Children of ours that are none of `known` (which ends with 0) and began at `since` or later:
// those that a locker left behind when it went to the background. All that are named like
// `program`, or else one of another name.
void find_left_behind(const char* program, std::uint64_t since, const pid_t* known, Cover& into);

// Tells the processes to give the screen back: by SIGUSR1, on which swaylock unlocks and i3lock
// ends. A confined locker (installer/apparmor) takes signals from its own profile alone; the user's
// programs may bear that name, and so does what sends this one.
void take_off(const Cover& cover);

// The locker that covers a session's screen, kept in XDG_RUNTIME_DIR/vaktpost/ for a helper that is
// started anew: process numbers and the times the processes began, since numbers are used again.
bool remember_locker(std::string_view session, const Cover& cover);
void forget_locker(std::string_view session);
// Nothing unless every one of them still lives: when one has ended, the screen may be open.
void remembered_locker(std::string_view session, Cover& into);

}  // namespace vaktpost::session_helper
