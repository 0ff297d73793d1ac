// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "agent/core/policy.h"
#include "agent/core/state.h"

namespace vaktpost::control {

// How it stands with the central log.
struct CentreStatus {
    bool configured = false;
    std::uint64_t acknowledged_epoch = 0;  // it has stored what leaves the machine up to there
    core::Seq acknowledged_seq = 0;        // 0: nothing yet
    std::uint64_t waiting = 0;             // records that it does not have
    std::string link;      // the state that vaktpost-link reported last; empty: none
    std::string cause;     // of that report; empty: none
    std::string receiver;  // likewise
};

struct StatusSubject {
    const core::State& state;
    const core::Policy& policy;
    const std::string& policy_sha256;
    std::uint64_t epoch = 0;  // of the log; 0: not known yet
    core::Instant now;
    CentreStatus centre;
};

// The agent's state as one JSON object; README.md lists its keys. `full`: with sessions, readers,
// devices and media, which tell about the people at this machine.
std::string status_text(const StatusSubject& subject, bool full);

}  // namespace vaktpost::control
