// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace vaktpost::session_helper {

// How long to wait before the locker is started again. Pure: times in milliseconds of any one
// clock.
class RestartLimit {
  public:
    // After a locker that covered the screen died: at once, but for more than 20 deaths within a
    // minute, then after a second. Never gives up.
    std::uint64_t after_death(std::uint64_t now);

    // After one that did not get so far: 0.5 s, doubling up to 30 s, until one does.
    std::uint64_t after_failed_start();
    void started() { failed_starts_ = 0; }

  private:
    std::uint64_t minute_began_ = 0;
    unsigned deaths_ = 0;
    unsigned failed_starts_ = 0;
};

}  // namespace vaktpost::session_helper
