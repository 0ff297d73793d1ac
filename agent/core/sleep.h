// SPDX-License-Identifier: GPL-3.0-or-later
// Locked and confirmed before the machine sleeps, and nothing taken for granted when it wakes.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

void on_sleep_coming(Context& context, const SleepComing& event);
void on_sleep_over(Context& context, const SleepOver& event);
// The machine does not wait any longer.
void on_sleep_deadline(Context& context);

// A lock was confirmed, given up or not needed any more: lets the machine sleep when none is left.
void check_sleep(Context& context);

}  // namespace vaktpost::core
