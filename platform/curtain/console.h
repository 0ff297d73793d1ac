// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "agent/core/result.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::curtain {

// One of the machine's virtual consoles, put in front of all others and held there:
// ioctl_console(2), VT_LOCKSWITCH. The kernel keeps the hold when this process dies, so nothing is
// uncovered by that; the next one finds in `note` which console was ours and takes it up without
// letting go.
//
// The process must lead its session and have no controlling terminal; the console becomes that.
class Console {
  public:
    // `note`: a file that outlives this process, but neither the curtain nor the machine.
    explicit Console(std::filesystem::path note) : note_(std::move(note)) {}

    // Whether an earlier process covered the screen and it still is.
    [[nodiscard]] bool is_held();

    // Covers the screen, or takes up what is_held(). Blocks for two seconds at most, the time that
    // whoever owns the console in front has for letting go. On an error nothing is held that was
    // not held before. `from`: the console that is covered.
    core::Status cover(unsigned from);

    // Lets go, shows console `next` and gives ours back. Blocks no longer than cover().
    core::Status uncover(unsigned next);

    // The same, and the next cover() may come in this process: nothing of this one is remembered.
    core::Status step_aside(unsigned next);

    // What is_held() covers, as its cover() was told.
    [[nodiscard]] unsigned covered() const { return noted_.from; }

    // The covering console, in raw mode; -1 before cover().
    [[nodiscard]] int terminal() const { return terminal_.get(); }

  private:
    struct Note {
        unsigned ours = 0;
        unsigned from = 0;
    };

    core::Status open_machine();
    [[nodiscard]] Note read_note() const;
    core::Status write_note(Note note) const;
    core::Result<unsigned> in_front() const;
    core::Result<unsigned> choose() const;
    core::Status take(unsigned number);
    core::Status show(unsigned number) const;
    core::Status hold(unsigned number) const;

    std::filesystem::path note_;
    Note noted_;
    platform::UniqueFd machine_;  // /dev/tty0
    platform::UniqueFd terminal_;
    unsigned number_ = 0;
};

}  // namespace vaktpost::curtain
