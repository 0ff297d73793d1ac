// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <set>
#include <string>

#include "platform/service/agent_life.h"

namespace vaktpost::platform {

// What happens while no agent is there: vaktpost-lost.service, started by each end of the agent.
//
// When the agent has not answered by the rule's deadline, counted from its end, every local session
// is asked to lock, once. 5 s later those that have shown no sign of a locked screen get the
// curtain. Only an agent that has answered for 5 s is back: one that is started over and over is
// not.
//
// Signs are logind's hint and a running locker of that user, both words of the user's own programs.
// That is less than the agent itself asks for, on purpose: nobody but root can have ended the
// agent, so a lie here gains little, and without it every locked GNOME would get a second password
// prompt. Consoles have no locker and give no sign. The curtain costs a password and loses nothing;
// it covers a session that is in the background once that comes to the foreground, and leaves other
// users' sessions alone.
//
// It does not lock a second time before an agent was back, or it would lock out the staff of every
// machine where the agent cannot be started at all.
class AgentLost {
  public:
    explicit AgentLost(std::string socket) : socket_(std::move(socket)) {}

    // Waits until an agent is back, or returns at once where the rule is to do nothing.
    void run();

  private:
    bool agent_is_back();
    void act();
    void ask_for_locks();
    void note_locked();
    void cover_what_is_open();
    [[nodiscard]] bool needs_no_curtain(const core::SessionId& session) const;
    [[nodiscard]] core::Instant due() const;
    [[nodiscard]] core::Instant next_look() const;

    std::string socket_;
    AgentLostRule rule_;  // read at each look: an agent that came for a moment may have changed it
    core::Instant lost_;
    core::Instant asked_;
    std::set<core::SessionId> seen_locked_;  // since then
    enum class Stage { waiting, asked, done } stage_ = Stage::waiting;
    bool answers_ = false;
    pid_t agent_ = -1;  // who answered last, and since when
    std::optional<core::Instant> answers_since_;
};

}  // namespace vaktpost::platform
