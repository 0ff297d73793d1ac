// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a session can be locked at all, and unlocked again: found out before anybody leaves it.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

// Says so in a record when it is first known and whenever it changes.
void on_lock_checked(Context& context, const LockChecked& event);

// Keyboard or reader came or went, the policy changed, a session opened or was unlocked. A way back
// that is missing is urgent only when it stays so: docks and switches swap keyboards.
void check_ways_back(Context& context, const SeatName& seat);
void on_way_back_deadline(Context& context, const SeatName& seat);

void on_input_changed(Context& context, const InputChanged& event);

}  // namespace vaktpost::core
