// SPDX-License-Identifier: GPL-3.0-or-later
// One idle period per seat. Activity is not listened to: when the deadline is due the runtime reads
// what the devices queued (ActivitySeen), and a newer time moves the deadline. Only the warning
// phase listens.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

// Sets the seat's deadline from its quiet time, or drops it where nothing is left to lock.
void arm_idle(Context& context, const SeatName& seat);

// The quiet time starts anew now: somebody has just unlocked or logged in.
void restart_idle(Context& context, const SeatName& seat);

// The same where a session of the seat has become due earlier than the deadline that is set; one
// that has become due later is found out when the deadline comes.
void shorten_idle(Context& context, const SeatName& seat);

// The policy has changed. A shorter time begins with its warning: a change that IT makes locks
// nobody who sits there and reads.
void follow_new_idle_time(Context& context, const SeatName& seat);

// A card put in: somebody is there as surely as with a key.
void note_presence(Context& context, const SeatName& seat);

void on_activity_seen(Context& context, const ActivitySeen& event);
void on_idle_deadline(Context& context, const SeatName& seat);
void on_idle_lock_deadline(Context& context, const SeatName& seat);

}  // namespace vaktpost::core
