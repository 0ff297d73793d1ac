// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/actions.h"

namespace vaktpost::ports {

class MediaGate {
  public:
    virtual ~MediaGate() = default;

    // Starts vaktpost-examine and returns at once. Exactly one MediumExamined follows for each call
    // unless the medium leaves first; a child that misses its deadline gives Verdict::error.
    virtual void examine(const core::MediumId& medium) = 0;

    // Lets udisks see the medium; its raw node stays closed.
    virtual void admit(const core::MediumId& medium, core::Admission admission) = 0;

    // Takes that back. Failure direction: a medium without an admission is closed by the udev rules
    // alone.
    virtual void close(const core::MediumId& medium) = 0;
};

}  // namespace vaktpost::ports
