// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

#include "agent/verify/sources.h"

namespace vaktpost::cli {

// A bar on standard error where that is a terminal, once it takes longer than a second.
class VerifyProgress {
  public:
    VerifyProgress();

    void show(const verify::Progress& now);

    // Takes the bar away.
    void clear();

  private:
    using Clock = std::chrono::steady_clock;

    const bool wanted_;
    Clock::time_point next_;
    unsigned calls_ = 0;
    bool shown_ = false;
};

}  // namespace vaktpost::cli
