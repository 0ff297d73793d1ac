// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "agent/ports/event_sink.h"

namespace vaktpost::smartcard {

// The card source: CardInserted, CardRemoved, PresenceLost, SourceBack{card}, SourceLost{card}.
// A thread of its own ("vp-card") waits in PC/SC; all functions here are for the loop's thread.
class PcscSource {
  public:
    PcscSource(boost::asio::io_context& loop, ports::EventSink sink);
    ~PcscSource() { stop(); }
    PcscSource(const PcscSource&) = delete;
    PcscSource& operator=(const PcscSource&) = delete;

    // Returns at once. While pcscd cannot be reached the source is lost and tries again by itself.
    void start();

    // The sink is called no more. Waits for the thread, but no longer than 2 s: one that hangs in
    // pcscd is left behind.
    void stop();

    // To be called every 10 to 60 s from a wakeup that happens anyway: libpcsclite waits without a
    // limit for a pcscd that hangs. One call late is a nudge, two in a row are SourceLost.
    void check();

  private:
    struct Shared;

    ports::EventSink sink_;
    std::shared_ptr<Shared> shared_;
    bool nudged_ = false;
};

}  // namespace vaktpost::smartcard
