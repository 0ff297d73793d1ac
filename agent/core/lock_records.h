// SPDX-License-Identifier: GPL-3.0-or-later
// The records of a lock, from the request to its proof.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

// Fills in whose record it is.
void describe(Record& record, const Session& session);

// The step of `session.attempt` that was just taken.
Seq record_request(Context& context, const Session& session, std::optional<Seq> cause);
// What would have been asked for, were the policy not only observing.
void record_observed(Context& context, const Session& session, LockTrigger trigger,
                     std::optional<Seq> cause);
void record_locked(Context& context, const Session& session);
// Every step was tried, or a confirmed lock lost its witness.
void record_unconfirmed(Context& context, const Session& session, LockTrigger trigger);

enum class Suppression { policy, no_way_back };
VAKTPOST_WORDS(Suppression, "policy", "no_way_back");
// A reason to lock that was not followed.
Seq record_suppressed(Context& context, const Session& session, LockTrigger trigger,
                      Suppression reason, std::optional<Seq> cause);

}  // namespace vaktpost::core
