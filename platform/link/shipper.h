// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "agent/core/time.h"
#include "agent/events/commit_watch.h"
#include "config/settings.h"
#include "platform/base/backoff.h"
#include "platform/link/agent_reports.h"
#include "platform/link/delivery.h"
#include "platform/link/spool.h"
#include "platform/link/tls_identity.h"

namespace vaktpost::link {

struct Centre {
    std::vector<config::Receiver> receivers;  // at least one
    IdentityFiles files;
    std::optional<config::Endpoint> proxy;
};

// The whole life of the process: waits for records, finds a receiver for them, and is done when
// nothing has been left to send for a while.
class Shipper {
  public:
    Shipper(Centre centre, Limits limits, Spool& spool, AgentReports& reports,
            events::CommitWatch& commits);

    void run();

  private:
    void send_or_wait();
    void wait_for_records(core::Instant until);
    void try_receiver();
    Outcome deliver(const config::Receiver& receiver);
    void pause();

    const Centre centre_;
    const Limits limits_;
    Spool& spool_;
    AgentReports& reports_;
    events::CommitWatch& commits_;
    platform::Backoff backoff_;
    std::size_t current_ = 0;   // the receiver that comes next
    core::Instant not_before_;  // when a receiver may be tried again
    bool progress_ = false;     // the last connection took something
    bool done_ = false;
};

}  // namespace vaktpost::link
