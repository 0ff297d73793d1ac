// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/types.h"

namespace vaktpost::ports {

class SessionControl {
  public:
    virtual ~SessionControl() = default;

    // Asks for a lock and returns at once. LockSignalled tells whether the request went out,
    // SessionLocked that a witness saw the screen locked. Failure direction: silence, which core
    // counts as not locked.
    virtual void lock(const core::SessionId& session) = 0;
};

}  // namespace vaktpost::ports
