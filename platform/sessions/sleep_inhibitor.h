// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platform/base/unique_fd.h"
#include "platform/sessions/bus_connection.h"

namespace vaktpost::platform {

// logind's delay inhibitor for sleep: as long as its descriptor is open, the machine does not sleep
// until InhibitDelayMaxSec (logind.conf(5), 5 s) has passed. Without it sleep comes unannounced as
// far as logind is concerned; vaktpost-sleep.service, which does not depend on it, still asks.
// Loop thread only.
class SleepInhibitor {
  public:
    // Asks for one, unless one is held or asked for. The answer must come before this object ends.
    void take(BusConnection& bus);

    // The machine may sleep; an answer that is under way is let go of as well.
    void release();

    [[nodiscard]] bool held() const { return static_cast<bool>(held_); }

  private:
    void answered(sd_bus_message* reply);

    UniqueFd held_;
    bool asked_ = false;
    unsigned round_ = 0;  // answers to what was asked before a release are stale
};

}  // namespace vaktpost::platform
