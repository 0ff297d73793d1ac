// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/actions.h"

namespace vaktpost::ports {

class KeyboardProver {
  public:
    virtual ~KeyboardProver() = default;

    // Has somebody listen to what is typed on those interfaces, alone, and compare it with a code
    // that is made for this. Returns at once; ProofReady follows when it is time to show the code,
    // ProofEnded in any case. Asked for again for the same device, the run before ends unheard.
    // Failure direction: not proved.
    virtual void prove(const core::ProveKeyboard& request) = 0;
};

}  // namespace vaktpost::ports
