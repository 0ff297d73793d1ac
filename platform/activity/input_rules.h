// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/policy.h"
#include "platform/activity/input_system.h"

namespace vaktpost::platform {

using InputRules = decltype(core::Policy::input);

// Whether what the device reports is somebody being there.
bool counts_as_activity(const InputRules& rules, const InputDevice& input);

// What somebody can give a password with.
struct UnlockMeans {
    bool keyboard = false;
    bool touch = false;
    bool built_in = false;  // a keyboard that is not on USB, and has been typed on
    bool operator==(const UnlockMeans&) const = default;
};
UnlockMeans unlock_means(const InputRules& rules, const InputDevice& input);

}  // namespace vaktpost::platform
