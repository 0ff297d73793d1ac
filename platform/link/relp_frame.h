// SPDX-License-Identifier: GPL-3.0-or-later
// RELP on the wire: frames "TXNR COMMAND DATALEN[ DATA]\n". What a receiver sends is hostile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/result.h"

namespace vaktpost::link {

// Transactions are numbered from 1 and begin anew behind the largest number of nine digits.
using Transaction = std::uint32_t;
inline constexpr Transaction last_transaction = 999'999'999;
constexpr Transaction next_transaction(Transaction now) {
    return now >= last_transaction ? 1 : now + 1;
}

struct RelpFrame {
    Transaction transaction = 0;  // 0: not an answer, but a word of the receiver's own
    std::string command;
    std::string data;
};

std::string relp_frame(Transaction transaction, std::string_view command, std::string_view data);

// Takes a receiver's bytes as they come and gives the frames in them.
class RelpReader {
  public:
    // An answer is a code and a few words; more data than this is none.
    static constexpr std::size_t longest_data = 4096;

    void push(std::string_view bytes) { input_ += bytes; }

    // The next whole frame; nothing yet; or an Error: this is not RELP, and what follows cannot be
    // read any more. Holds no more than a frame and what push() brought.
    core::Result<std::optional<RelpFrame>> next();

  private:
    std::string input_;
};

}  // namespace vaktpost::link
