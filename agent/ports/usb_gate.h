// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/actions.h"

namespace vaktpost::ports {

class UsbGate {
  public:
    virtual ~UsbGate() = default;

    // Sets the switches on the device's own worker and returns at once: a dying stick was seen to
    // hold one for half a minute. UsbSwitched reports the outcome. Failure direction: what could
    // not be released stays withdrawn.
    virtual void perform(const core::SwitchUsb& request) = 0;

    // Puts the kernel's defaults back as they were found. May block; called once, at an orderly
    // stop.
    virtual void restore_defaults() = 0;
};

}  // namespace vaktpost::ports
