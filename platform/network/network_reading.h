// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "agent/core/events.h"
#include "agent/core/result.h"

namespace vaktpost::platform {

// The networks the machine is on, asked of the kernel now: interfaces, addresses, routes,
// forwarding, Wi-Fi modes; the kinds of ports from `sys`. Of the network namespace this process is
// in. Blocks while a driver holds the kernel's network lock: on a worker.
core::Result<core::NetworkSeen> read_network(const std::filesystem::path& sys);

}  // namespace vaktpost::platform
