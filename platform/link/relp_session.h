// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>

#include "platform/link/relp_frame.h"
#include "platform/link/session.h"

namespace vaktpost::link {

// RELP, version 0, as librelp and rsyslog speak it. A message has arrived when the receiver has
// answered its very transaction with "200" and has done so for all earlier ones. Any other answer,
// one to what was never sent, or a second one ends the connection: what is not surely stored is
// sent again.
class RelpSession : public Session {
  public:
    void open(std::string& output) override;
    [[nodiscard]] bool ready() const override { return phase_ == Phase::ready; }
    void send(std::string_view message, std::string& output) override;
    Outcome received(std::string_view bytes) override;
    std::size_t take_arrived() override;
    void close(std::string& output) override;
    [[nodiscard]] bool closed() const override { return phase_ == Phase::closed; }

  private:
    enum class Phase { opening, ready, closing, closed };

    Transaction begin();
    Outcome take(const RelpFrame& frame);
    Outcome take_answer(const RelpFrame& frame);
    Outcome take_opened(const RelpFrame& frame);
    bool mark_arrived(Transaction transaction);

    RelpReader reader_;
    Phase phase_ = Phase::opening;
    Transaction next_ = 1;
    Transaction opened_ = 0;  // the transactions of our first and last words; 0: not said
    Transaction closed_ = 0;
    Transaction first_ = 0;       // of the messages in flight, which are numbered on from it
    std::deque<bool> in_flight_;  // true: has arrived, and waits for an earlier one
};

}  // namespace vaktpost::link
