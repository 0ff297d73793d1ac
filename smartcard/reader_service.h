// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <vector>

#include "agent/core/result.h"
#include "smartcard/reader_reading.h"

namespace vaktpost::smartcard {

// One connection to PC/SC. An Error from any call ends it.
class ReaderService {
  public:
    virtual ~ReaderService() = default;

    // The readers there are now, at most `max_readers`.
    virtual core::Result<std::vector<core::ReaderName>> readers() = 0;

    enum class Woken {
        changed,         // the picture was brought up to date
        timed_out,       // the same, but what happened at the very end of the wait may be missing
        unknown_reader,  // one of them went before the wait began: the picture was not touched
        interrupted,     // by interrupt(): the picture was not touched
    };

    // Blocks until something in `picture` changes, a reader arrives, or the time is over. Unread
    // entries end the wait at once.
    virtual core::Result<Woken> wait(std::vector<ReaderReading>& picture,
                                     std::chrono::milliseconds timeout) = 0;

    static constexpr std::size_t max_readers = 16;  // PCSCLITE_MAX_READERS_CONTEXTS
};

}  // namespace vaktpost::smartcard
