// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "agent/core/time.h"
#include "agent/events/commit_watch.h"
#include "agent/events/event_reader.h"
#include "config/receiver.h"
#include "platform/link/agent_reports.h"
#include "platform/link/session.h"
#include "platform/link/spool.h"
#include "platform/link/tls_stream.h"

namespace vaktpost::link {

struct Limits {
    core::Duration linger;    // stay so long when there is nothing left to send
    core::Duration patience;  // with a receiver that acknowledges nothing
};

// Sends records over one connection until it breaks or there is nothing left to send. What is sent
// and not acknowledged is bounded by count, what is not yet sent by bytes: the rest waits on the
// disk.
class Delivery {
  public:
    Delivery(const config::Receiver& receiver, TlsStream& stream, Spool& spool,
             AgentReports& reports, events::CommitWatch& commits, Limits limits);

    // Nothing: all is sent, acknowledged and said to the agent, and nothing has come for a while.
    Outcome run();

    // The receiver has taken something.
    [[nodiscard]] bool made_progress() const { return progress_; }

  private:
    Outcome step();
    Outcome exchange();
    void fill();
    void take_arrived();
    void say_goodbye();
    void wait() const;
    [[nodiscard]] bool can_send() const;
    [[nodiscard]] bool waits_for_receiver() const;
    [[nodiscard]] core::Instant next_deadline() const;
    [[nodiscard]] Trouble closer(Trouble trouble) const;

    const config::Receiver& receiver_;
    TlsStream& stream_;
    Spool& spool_;
    AgentReports& reports_;
    events::CommitWatch& commits_;
    const Limits limits_;
    std::unique_ptr<Session> session_;
    std::string output_;
    std::deque<events::Position> in_flight_;
    core::Instant heard_;  // when the receiver last took something, or when we last began to wait
    core::Instant busy_;   // when there was last something to do
    bool ready_ = false;
    bool progress_ = false;
};

}  // namespace vaktpost::link
