// SPDX-License-Identifier: GPL-3.0-or-later
// What the log says about itself.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

void on_log_gap(Context& context, const LogGap& event);
void on_epoch_begun(Context& context, const EpochBegun& event);
void on_records_removed(Context& context, const RecordsRemoved& event);
void on_log_filling(Context& context, const LogFilling& event);

// With log.routine "counts", the records of the day's work stay on the machine, and every hour is
// told how many there were, with their hashes. What leaves by the clock leaves at full hours since
// the boot: its numbers say how much was written before it, and so when there was work, no closer
// than that.
void begin_counting_routine(Context& context);
void count_routine(Context& context);
void on_routine_deadline(Context& context);

void arm_heartbeat(Context& context);

}  // namespace vaktpost::core
