// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

#include "agent/core/result.h"

namespace vaktpost::examine {

// Gives up everything but reading the descriptor already open: root becomes the user
// vaktpost-examine (nobody where that user does not exist), no capability, no new privileges, no
// core dump, limits on memory, processor and descriptors, and a system-call filter that ends the
// process at anything else than what libblkid and libcryptsetup need. There is no way back; a
// failure means that nothing may be examined.
core::Status enter_sandbox(std::chrono::seconds cpu_limit);

}  // namespace vaktpost::examine
