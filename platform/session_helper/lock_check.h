// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-event.h>

#include "platform/session_helper/timer.h"
#include "platform/session_helper/user_environment.h"

namespace vaktpost::session_helper {

// When the means to lock this user's sessions are looked at: whenever something changed, and again
// as long as a session has none. Its screen may only just be coming up, so the first looks follow
// soon upon each other, and only the last of them is taken at its word.
class LockCheck {
  public:
    // Looks at all sessions. `patient`: a session without means is not yet to be reported. False:
    // there is one.
    using Look = bool (*)(void* context, bool patient);

    LockCheck(sd_event* loop, UserBus& bus, UserEnvironment& environment, Look look, void* context)
        : loop_(loop), question_(bus, environment), look_(look), context_(context) {}

    // Something may have changed.
    void begin();
    void stop();

  private:
    static void on_environment(void* self);
    static void on_timer(void* self);
    void ask();
    void look_now();

    sd_event* loop_;
    EnvironmentQuestion question_;
    Look look_;
    void* context_;
    Timer timer_;
    unsigned looks_ = 0;  // since something changed
};

}  // namespace vaktpost::session_helper
