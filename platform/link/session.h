// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "config/receiver.h"
#include "platform/link/trouble.h"

namespace vaktpost::link {

// How far what was sent has come, in bytes.
struct Wire {
    std::size_t waiting = 0;         // of the plain output: not yet given to the kernel
    std::uint64_t given = 0;         // encrypted, that the kernel was given on this connection
    std::uint64_t acknowledged = 0;  // of these: the other end's kernel has them
};

// What one connection promises about the messages that are sent over it. A protocol without any
// I/O: what is to be sent is appended to `output`.
class Session {
  public:
    virtual ~Session() = default;

    virtual void open(std::string& output) = 0;
    // Messages may be sent.
    [[nodiscard]] virtual bool ready() const = 0;
    virtual void send(std::string_view message, std::string& output) = 0;

    // What the receiver sent; hostile.
    virtual Outcome received(std::string_view bytes) = 0;
    // Tells how far the output has come; only where watches_wire().
    virtual void moved(const Wire&) {}
    [[nodiscard]] virtual bool watches_wire() const { return false; }

    // How many of the messages that were sent have arrived since the last call. They arrive in the
    // order in which they were sent: one that has arrived before an earlier one waits for it.
    virtual std::size_t take_arrived() = 0;

    // The last words, and whether the receiver has heard them.
    virtual void close(std::string& output) = 0;
    [[nodiscard]] virtual bool closed() const = 0;
};

std::unique_ptr<Session> make_session(config::Transport transport);

}  // namespace vaktpost::link
