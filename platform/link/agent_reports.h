// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>

#include "agent/core/time.h"
#include "agent/events/event_reader.h"
#include "config/receiver.h"
#include "platform/link/trouble.h"

namespace vaktpost::link {

// What the agent is told on its control socket: how far the centre has come, and how the way there
// is; of the way each change stands in the journal too. The agent drops clients that stay, so each
// report has a connection of its own. One that the agent did not take is made again; it may wait a
// second for the agent.
class AgentReports {
  public:
    explicit AgentReports(std::string socket) : socket_(std::move(socket)) {}

    void acknowledged(events::Position position) { acknowledged_ = position; }

    // A trouble that lasts is worth more to whoever looks than each attempt to end it: these are
    // told only while there is none.
    void connecting(const config::Receiver& receiver);
    void connected(const config::Receiver& receiver);
    void troubled(const config::Receiver& receiver, const Trouble& trouble);

    // Tells what has changed, five times a second at most.
    void flush();
    // Tells it now.
    void flush_all();
    // When flush() has something to tell; nothing: all is told.
    [[nodiscard]] std::optional<core::Instant> due() const;

  private:
    void note(const config::Receiver& receiver, const std::string& words);
    bool tell(const std::string& line);
    [[nodiscard]] bool all_told() const;

    const std::string socket_;
    std::optional<events::Position> acknowledged_;
    std::optional<events::Position> told_acknowledged_;
    std::string way_;  // the line; empty: nothing to tell
    std::string told_way_;
    bool troubled_ = false;
    core::Instant next_;    // not before
    bool refused_ = false;  // the agent does not take reports from us; said once
    std::map<std::string, std::string> journal_;  // what stands there last of each receiver
};

}  // namespace vaktpost::link
