// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/actions.h"

namespace vaktpost::ports {

class Notifier {
  public:
    virtual ~Notifier() = default;

    // Tells the user of that session, if anybody there listens. Nothing waits for it and nothing
    // depends on it.
    virtual void notify(const core::Notify& notice) = 0;
};

}  // namespace vaktpost::ports
