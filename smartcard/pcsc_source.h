// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string_view>

#include "agent/ports/event_sink.h"

namespace vaktpost::smartcard {

// Which cards are asked who they are, and what becomes of the answer. Called on the loop's thread,
// until stop().
struct CardIdentity {
    std::function<bool(const core::ReaderName& reader, std::string_view atr)> wanted;
    std::function<core::Tag(std::string_view identity)> tag;  // keyed; `identity` names a person
};

// The card source: ReaderArrived, ReaderLeft, CardInserted, CardIdentified, CardRemoved,
// PresenceLost, SourceBack{card}, SourceLost{card}.
// A thread of its own ("vp-card") waits in PC/SC and never talks to a card, so that a card that
// hangs hides no removal; cards are read on further ones. All functions here are for the loop's
// thread.
class PcscSource {
  public:
    // Without `identity` no card is ever connected to.
    PcscSource(boost::asio::io_context& loop, ports::EventSink sink, CardIdentity identity = {});
    ~PcscSource() { stop(); }
    PcscSource(const PcscSource&) = delete;
    PcscSource& operator=(const PcscSource&) = delete;

    // Returns at once. While pcscd cannot be reached the source is lost and tries again by itself.
    void start();

    // Has all readers looked at anew at once, for what may have happened while the machine slept.
    // Returns at once; tells only what differs from what was told before.
    void rescan();

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
