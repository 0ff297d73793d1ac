// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include "agent/core/result.h"
#include "platform/base/unique_fd.h"
#include "platform/network/netlink_bytes.h"

namespace vaktpost::platform {

// One netlink socket. The kernel alone is listened to.
class NetlinkSocket {
  public:
    enum class Mode { waiting, non_blocking };

    // `protocol`: NETLINK_ROUTE, NETLINK_GENERIC. A waiting one gives up after some seconds
    // without a word from the kernel.
    static core::Result<NetlinkSocket> open(int protocol, Mode mode);

    core::Status join(unsigned group);

    // Asks for a table (NLM_F_DUMP) or, with `flags` 0, for one thing, and calls `handle` with each
    // message of the answer. `body`: the message behind its header. May block: on a worker.
    using Handler = std::function<void(std::uint16_t type, NetlinkBytes payload)>;
    core::Result<DumpProgress> ask(std::uint16_t type, std::uint16_t flags, NetlinkBytes body,
                                   const Handler& handle);

    // What came, if anything did; empty: not from the kernel, or nothing. The error is errno's.
    // Valid until the next call.
    core::Result<NetlinkBytes> receive();

    [[nodiscard]] int get() const { return fd_.get(); }

  private:
    explicit NetlinkSocket(UniqueFd fd);

    UniqueFd fd_;
    std::vector<std::uint8_t> buffer_;
    std::uint32_t sequence_ = 0;
};

}  // namespace vaktpost::platform
