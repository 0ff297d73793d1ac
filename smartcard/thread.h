// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "agent/core/result.h"

namespace vaktpost::smartcard {

// Starts a detached thread with a small stack and all signals blocked, which are the loop's affair.
// Nothing joins it: what it uses it must own. `name`: a literal of at most 15 characters.
core::Status start_thread(const char* name, std::function<void()> body);

}  // namespace vaktpost::smartcard
