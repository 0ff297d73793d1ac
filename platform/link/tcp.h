// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <poll.h>

#include "agent/core/time.h"
#include "config/receiver.h"
#include "platform/base/unique_fd.h"
#include "platform/link/trouble.h"

namespace vaktpost::link {

// Milliseconds for poll(2) until then; never negative.
int wait_time(core::Instant until);

// Waits until the descriptor is ready for one of the events; false: not by then.
bool wait_for(int fd, short events, core::Instant until);

// Connects to the first of the host's addresses that answers, and gives a socket that does not
// block. Looking up the name may take longer than `until`: the resolver has its own deadline.
Outcome connect_to(const config::Endpoint& to, core::Instant until, platform::UniqueFd& socket);

}  // namespace vaktpost::link
