// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/actions.h"

namespace vaktpost::ports {

// What the program in the user's own session does for us: vaktpost-session.
class SessionProgram {
  public:
    virtual ~SessionProgram() = default;

    // Starts our locker whatever the desktop says (LockStep::own_locker). Returns at once;
    // LockSignalled follows from the loop, not ok where nobody listens in that session.
    virtual void start_locker(const core::SessionId& session) = 0;

    // The session was unlocked at the curtain or a login screen: our locker is taken off the
    // screen, and what the program still tries is not needed. Nothing follows.
    virtual void stand_down(const core::SessionId& session) = 0;

    // Runs the command in the session. Returns at once; SignedOut follows, not ok with "exec" where
    // nobody listens.
    virtual void sign_out(const core::SignOut& request) = 0;
};

}  // namespace vaktpost::ports
