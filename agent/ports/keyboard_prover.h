// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/actions.h"

namespace vaktpost::ports {

class KeyboardProver {
  public:
    virtual ~KeyboardProver() = default;

    // Has somebody listen to what is typed on those interfaces, alone, and compare it with a code
    // that is made for this. Returns at once; ProofReady follows when it is time to show the code,
    // ProofEnded unless it is ended from here. Asked for again for the same device, the run before
    // ends unheard, and then the new one begins.
    // Failure direction: not proved.
    virtual void prove(const core::ProveKeyboard& request) = 0;

    // Nobody listens to that device any more; no ProofEnded follows. Nothing where nobody does.
    virtual void end(const core::DeviceId& device) = 0;
};

}  // namespace vaktpost::ports
