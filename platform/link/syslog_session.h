// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>

#include "platform/link/session.h"

namespace vaktpost::link {

// RFC 5425. The receiver acknowledges nothing, so a message counts as arrived when the other end's
// kernel has all of its bytes: what that kernel had not yet handed to the receiver, or the receiver
// not yet stored, is lost when either of them dies.
class SyslogSession : public Session {
  public:
    void open(std::string&) override {}
    [[nodiscard]] bool ready() const override { return true; }
    void send(std::string_view message, std::string& output) override;
    Outcome received(std::string_view) override { return {}; }  // it has nothing to say
    void moved(const Wire& wire) override;
    [[nodiscard]] bool watches_wire() const override { return true; }
    std::size_t take_arrived() override;
    // TLS says goodbye itself.
    void close(std::string&) override {}
    [[nodiscard]] bool closed() const override { return true; }

  private:
    struct Sent {
        std::uint64_t plain_end = 0;      // in the plain bytes of this connection
        std::uint64_t encrypted_end = 0;  // no later than here; 0: not all given to the kernel
    };
    std::uint64_t plain_ = 0;
    std::deque<Sent> in_flight_;
    std::size_t arrived_ = 0;
};

}  // namespace vaktpost::link
