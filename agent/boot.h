// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace vaktpost {

// The kernel's id of this boot, /proc/sys/kernel/random/boot_id; empty where it cannot be read.
std::string boot_id();

// The kernel's host name, gethostname(2).
std::string host_name();

}  // namespace vaktpost
