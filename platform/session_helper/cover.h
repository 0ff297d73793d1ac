// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <iterator>

namespace vaktpost::session_helper {

// The processes that a locker left behind when it covered the screen. There may be several of one
// name: swaylock keeps one to check passwords, which ends with status 0 also when the one that
// holds the screen is killed. So the screen is given back only when every one of them has ended
// with status 0.
class Cover {
  public:
    static constexpr unsigned most = 3;

    [[nodiscard]] bool empty() const { return pids_[0] == 0; }
    [[nodiscard]] const pid_t* begin() const { return pids_; }
    [[nodiscard]] const pid_t* end() const { return std::find(pids_, pids_ + most, 0); }

    // One more; what does not fit is not watched, which no locker known to us needs.
    void add(pid_t pid) {
        const auto free = std::find(pids_, pids_ + most, 0);
        if (free != pids_ + most) *free = pid;
    }
    // False: it was none of these.
    bool remove(pid_t pid) {
        pid_t* const last = std::remove(pids_, pids_ + most, pid);
        if (pid == 0 || last == pids_ + most) return false;
        std::fill(last, pids_ + most, 0);
        return true;
    }
    void clear() { std::fill(std::begin(pids_), std::end(pids_), 0); }

  private:
    pid_t pids_[most] = {};  // those there are, then 0
};

}  // namespace vaktpost::session_helper
