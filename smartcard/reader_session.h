// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <vector>

#include "agent/core/events.h"
#include "agent/core/result.h"
#include "smartcard/reader_service.h"
#include "smartcard/reader_tracker.h"

namespace vaktpost::smartcard {

// Watches the readers of one connection. Not bound to a thread; both references outlive it.
class ReaderSession {
  public:
    ReaderSession(ReaderService& service, ReaderTracker& tracker)
        : service_(service), tracker_(tracker) {}

    // Waits once and returns what there is to report, often nothing. The first picture ends with
    // SourceBack{card}: pcscd serves nobody before it has powered up the cards it found at its
    // start. An error ends the session.
    core::Result<std::vector<core::Event>> step();

    // SourceBack has been reported.
    [[nodiscard]] bool back() const { return back_; }

    // The next step reads the state of now, of all readers, instead of waiting.
    void look() { look_ = true; }

    // The last step saw every reader as it was when the step began, or later.
    [[nodiscard]] bool fresh() const { return fresh_; }

    // PC/SC keeps ending the wait without telling anything new: the caller pauses before the next
    // step, so that a fault elsewhere does not become a busy loop here.
    [[nodiscard]] bool fruitless() const { return fruitless_ > patience; }

    // The only wakeup at idle. It bounds what PC/SC does not tell of; see README.md.
    static constexpr std::chrono::milliseconds idle_timeout{60'000};
    // After a change, once: before 2.3.0 PC/SC does not tell of a reader that arrives between two
    // calls, and the readers of a dock arrive together.
    static constexpr std::chrono::milliseconds after_change{2'000};
    static constexpr int patience = 8;

  private:
    void align(std::vector<core::ReaderName> names);
    [[nodiscard]] bool may_miss() const;
    [[nodiscard]] std::chrono::milliseconds timeout() const;
    std::vector<core::Event> report();

    ReaderService& service_;
    ReaderTracker& tracker_;
    std::vector<ReaderReading> picture_;
    bool look_ = true;      // the next wait only reads the state of now
    bool changed_ = false;  // the last wait brought something new
    bool fresh_ = false;
    bool back_ = false;
    int fruitless_ = 0;  // waits in a row
};

}  // namespace vaktpost::smartcard
