// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

#include "smartcard/call_watch.h"
#include "smartcard/reader_service.h"

namespace vaktpost::smartcard {

// A context of libpcsclite, used by one thread, interrupt() excepted. Only one object in a process:
// libpcsclite 1.9 keeps the reader states of all contexts in one place, unlocked. CardConnection
// stays away from them.
class PcscContext : public ReaderService {
  public:
    explicit PcscContext(CallWatch& calls) : calls_(calls) {}
    ~PcscContext() override { release(); }
    PcscContext(const PcscContext&) = delete;
    PcscContext& operator=(const PcscContext&) = delete;

    // Connects to pcscd, which systemd starts if its socket is there. Blocks while pcscd starts.
    // Precondition: not connected.
    core::Status establish();

    // Ends the connection, dead or alive.
    void release();

    core::Result<std::vector<core::ReaderName>> readers() override;
    core::Result<Woken> wait(std::vector<ReaderReading>& picture,
                             std::chrono::milliseconds timeout) override;

    // Ends a wait() on another thread; without effect when that has not begun to block yet. Blocks
    // when pcscd hangs.
    void interrupt() const;

  private:
    static constexpr long none = 0;  // SCARDCONTEXT

    CallWatch& calls_;
    std::atomic<long> context_{none};
};

}  // namespace vaktpost::smartcard
