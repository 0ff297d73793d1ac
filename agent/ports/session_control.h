// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/session.h"
#include "agent/core/types.h"

namespace vaktpost::ports {

// What the system does to a session, by root and without the user's programs.
class SessionControl {
  public:
    virtual ~SessionControl() = default;

    // Takes one step towards a lock and returns at once: ask, ask_again, curtain or greeter.
    // LockSignalled tells whether it is under way, SessionLocked that a witness saw the screen
    // locked. Failure direction: silence, which core counts as not locked.
    virtual void lock(const core::SessionId& session, core::LockStep step) = 0;

    // Brings the login screen of the session's seat in front, if there is one. Returns at once;
    // nothing follows but the sessions' own changes.
    virtual void offer_login(const core::SessionId& session) = 0;

    // Ends it with all its programs. SessionClosed follows. Returns at once.
    virtual void end(const core::SessionId& session) = 0;

    // The machine may sleep as far as the agent is concerned.
    virtual void allow_sleep() = 0;

    // After sleep: every session is asked about anew.
    virtual void reconcile() = 0;
};

}  // namespace vaktpost::ports
