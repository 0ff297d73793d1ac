// SPDX-License-Identifier: GPL-3.0-or-later
// One network at a time, and nobody else let into it: found and reported, never cut. New network
// adapters are kept out by rules for USB devices.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

void on_network_seen(Context& context, const NetworkSeen& event);
void on_network_deadline(Context& context, const std::string& subject);

// After the policy changed.
void rejudge_network(Context& context);

}  // namespace vaktpost::core
