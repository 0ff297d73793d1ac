// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/actions.h"

namespace vaktpost::ports {

class MediaRegister {
  public:
    virtual ~MediaRegister() = default;

    // Returns at once; MediumRemembered follows when it is stored, nothing when it cannot be.
    virtual void remember(const core::RememberMedium& request) = 0;
};

}  // namespace vaktpost::ports
