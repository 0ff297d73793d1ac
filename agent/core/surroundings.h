// SPDX-License-Identifier: GPL-3.0-or-later
// What USB rules may ask beyond the device: who is in front of the seat, whether the screen is
// locked, and what time it is. When one of them changes, devices are judged anew.
#pragma once

#include "agent/core/context.h"
#include "agent/core/usb_match.h"

namespace vaktpost::core {

// Devices are taken to belong to seat0, as readers are.
Surroundings surroundings(const State& state, Instant now);

void on_time_told(Context& context, const TimeTold& event);
void on_time_deadline(Context& context);

// When the rules, or the exceptions, may have others: asks for the next change of time.
void arm_time(Context& context);

// After every event: judges the devices anew where a rule may ask for what has changed.
void follow_surroundings(Context& context);

}  // namespace vaktpost::core
