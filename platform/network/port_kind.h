// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "platform/network/uplinks.h"

namespace vaktpost::platform {

// Looks the interface up below `sys`. Kinds are what the drivers say of themselves; a phone and a
// USB adapter of the same class are told apart as the kernel does it, by a made-up hardware
// address. May block on a dying device: call it on a worker.
Port port_of(const std::filesystem::path& sys, const Link& link);

// Whether the kernel has loaded what it takes to masquerade.
bool can_masquerade(const std::filesystem::path& sys);

}  // namespace vaktpost::platform
