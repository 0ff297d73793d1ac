// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>

namespace vaktpost::smartcard {

// Tells whether a blocking call into PC/SC is late: libpcsclite waits for pcscd's answers without a
// limit. One thread makes calls, any may ask.
// The steady clock, since the waits themselves stand still while the machine is suspended.
class CallWatch {
  public:
    using Clock = std::chrono::steady_clock;

    // A call that should be back after `timeout`.
    class Call {
      public:
        Call(CallWatch& watch, std::chrono::milliseconds timeout) : watch_(watch) {
            watch_.due_ = (Clock::now() + timeout).time_since_epoch().count();
        }
        ~Call() { watch_.due_ = none; }
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;

      private:
        CallWatch& watch_;
    };

    // Above what pcscd takes to start and find its readers.
    static constexpr std::chrono::seconds grace{15};

    [[nodiscard]] bool overdue() const {
        const auto due = due_.load();
        if (due == none) return false;
        return Clock::now() > Clock::time_point{Clock::duration{due}} + grace;
    }

  private:
    static constexpr Clock::rep none = 0;
    std::atomic<Clock::rep> due_{none};
};

}  // namespace vaktpost::smartcard
