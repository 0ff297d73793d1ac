// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

#include "platform/session_helper/protocol.h"

namespace vaktpost::session_helper {

// Where a locker finds the user's screen. Each variable comes from the first that has it: our own
// environment, the user manager's (which the desktop fills after we were started), and for Wayland
// the newest socket in XDG_RUNTIME_DIR that answers. Names of sockets nobody listens at any more
// are passed over.
class DisplayEnvironment {
  public:
    // What the manager's environment holds: "NAME=value", one after the other.
    void forget_manager();
    void take_from_manager(std::string_view variable);

    // Settles on values for that kind of screen. False: there is no such screen.
    bool choose(Screen screen);

    // For execve(2): our environment with the chosen values. Valid until the next choose().
    [[nodiscard]] char* const* envp() { return envp_; }

  private:
    static constexpr std::size_t most_variables = 256;

    bool choose_wayland();
    void keep(const char* variable);
    void build(Screen screen);

    Text<256> manager_wayland_;
    Text<256> manager_display_;
    Text<512> manager_xauthority_;
    Text<288> wayland_;  // "WAYLAND_DISPLAY=…" and so on
    Text<288> display_;
    Text<544> xauthority_;
    char* envp_[most_variables + 4] = {};
    std::size_t count_ = 0;
};

}  // namespace vaktpost::session_helper
