// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/actions.h"

namespace vaktpost::ports {

class MountJudge {
  public:
    virtual ~MountJudge() = default;

    // Has somebody look at what a mounted device stands on who may, and undo the mount if nothing
    // encrypts it. Returns at once; MountJudged follows, or nothing where that somebody fails.
    virtual void judge(const core::MountId& mount) = 0;
};

}  // namespace vaktpost::ports
