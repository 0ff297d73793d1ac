// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include "platform/session_helper/protocol.h"
#include "platform/session_helper/text.h"

namespace vaktpost::session_helper {

// Starts a program without a shell, looked up in PATH. Below 0: an errno, negated.
pid_t start_locker(const Arguments& arguments, char* const* environment);

// A child of ours that is none of `known` (which ends with 0): the one a locker left behind when it
// went to the background. One named like `program` is preferred. 0: there is none.
pid_t find_left_behind(const char* program, const pid_t* known);

// The locker that covers a session's screen, kept in XDG_RUNTIME_DIR/vaktpost/ for a helper that is
// started anew: a process number and the time the process began, since numbers are used again.
bool remember_locker(std::string_view session, pid_t pid);
void forget_locker(std::string_view session);
// 0: none, or it has ended.
pid_t remembered_locker(std::string_view session);

}  // namespace vaktpost::session_helper
