// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

#include "agent/core/time.h"

namespace vaktpost::platform {

// How long to wait before trying again: soon at first, since most losses are restarts, then ever
// more seldom.
class Backoff {
  public:
    Backoff(core::Duration first, core::Duration most) : first_(first), most_(most), next_(first) {}

    core::Duration next() {
        const auto now = next_;
        next_ = std::min(next_ * 2, most_);
        return now;
    }
    void reset() { next_ = first_; }

  private:
    core::Duration first_;
    core::Duration most_;
    core::Duration next_;
};

}  // namespace vaktpost::platform
