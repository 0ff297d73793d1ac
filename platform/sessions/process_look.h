// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel shows everybody of a process, without the right to trace it: proc(5).
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string_view>

#include "agent/core/result.h"

namespace vaktpost::platform {

struct ProcessLook {
    uid_t user = 0;         // its real, effective and saved one alike
    bool alive = false;     // neither a zombie nor dead
    bool in_slice = false;  // in the control group of that user's sessions
    bool confined = false;  // under the profile of installer/apparmor, enforced
};

// `user`: whose slice is meant by in_slice. An error where it is not there or may not be looked at.
core::Result<ProcessLook> look_at_process(const std::filesystem::path& proc, pid_t pid, uid_t user);

// Parts of it, each from the whole text of a file. /proc/PID/status: nothing where a line is
// missing or the process has changed its user.
std::optional<ProcessLook> parse_process_status(std::string_view status);
// /proc/PID/cgroup, of the unified hierarchy.
bool is_in_user_slice(std::string_view cgroup, uid_t user);
// /proc/PID/attr/current.
bool is_locker_profile(std::string_view label);

}  // namespace vaktpost::platform
