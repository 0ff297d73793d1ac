// SPDX-License-Identifier: GPL-3.0-or-later
// "Hold skjermen åpen": for a while the seat does not lock for idleness. Cards act by their own
// rules.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

void on_hold_requested(Context& context, const HoldRequested& event);
void on_hold_deadline(Context& context, const SeatName& seat);

// The screen was locked for another reason.
void end_hold(Context& context, const SeatName& seat);

// The reason behind the button of a warning; empty: the policy knows none.
std::string hold_button(const Policy& policy);

}  // namespace vaktpost::core
