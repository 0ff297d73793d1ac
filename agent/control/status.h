// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "agent/core/policy.h"
#include "agent/core/state.h"

namespace vaktpost::control {

struct StatusSubject {
    const core::State& state;
    const core::Policy& policy;
    const std::string& policy_sha256;
    std::uint64_t epoch = 0;  // of the log; 0: not known yet
    core::Instant now;
};

// The agent's state as one JSON object; README.md lists its keys. `full`: with sessions, readers,
// devices and media, which tell about the people at this machine.
std::string status_text(const StatusSubject& subject, bool full);

}  // namespace vaktpost::control
