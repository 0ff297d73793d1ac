// SPDX-License-Identifier: GPL-3.0-or-later
// By what a device was judged beside the device and the policy, for its record: so that the
// decision can be tried again by another policy. No name of an account or a group is among it.
#pragma once

#include <optional>
#include <vector>

#include "agent/core/known_input.h"
#include "agent/core/record.h"
#include "agent/core/usb.h"
#include "agent/core/usb_match.h"

namespace vaktpost::core {

struct Policy;
struct State;
struct UsbDeviceState;

enum class ScreenTold {
    open,
    locked,
    nobody,  // no session in front; counts as locked
    lost,    // nobody can tell; counts as locked, and what blocks by it blocks
    untold,  // the sessions had not been told yet, and no rule asked for them
};
VAKTPOST_WORDS(ScreenTold, "open", "locked", "nobody", "lost", "untold");

enum class Front { none, desktop, console, login };
VAKTPOST_WORDS(Front, "none", "desktop", "console", "login");

struct UsbCircumstances {
    ScreenTold screen = ScreenTold::untold;
    Front front = Front::none;
    std::optional<std::chrono::minutes> offset;  // of local time; none: the clock was not told
    std::optional<InputFacts> input;             // none: it is no input device
};

UsbCircumstances circumstances(const State& state, const Policy& policy,
                               const UsbDeviceState& device, const Surroundings& around,
                               Instant now);

// As fields of the record, together with what else a rule may ask about the device.
void describe_inputs(const UsbDevice& device, const UsbCircumstances& by, std::vector<Field>& data);

}  // namespace vaktpost::core
