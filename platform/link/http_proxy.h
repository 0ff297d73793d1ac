// SPDX-License-Identifier: GPL-3.0-or-later
// The way through an HTTP proxy: CONNECT, RFC 9110, 9.3.6.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/receiver.h"
#include "platform/link/trouble.h"

namespace vaktpost::link {

std::string connect_request(const config::Endpoint& to);

// A proxy's answer, taken byte by byte: what follows it already belongs to the receiver.
class ProxyAnswer {
  public:
    static constexpr std::size_t longest = 8192;

    // True: this was the last byte of it, or it is already clear that it is none.
    bool take(char byte);

    // What to make of it once take() has said true: nothing when the way is open.
    [[nodiscard]] Outcome outcome() const;

  private:
    std::string head_;
};

}  // namespace vaktpost::link
