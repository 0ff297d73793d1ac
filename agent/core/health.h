// SPDX-License-Identifier: GPL-3.0-or-later
// The agent's own life: start, sources lost and back, signs of life, policy, stop.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

void on_agent_started(Context& context, const AgentStarted& event);
void on_agent_stopping(Context& context, const AgentStopping& event);
void on_source_lost(Context& context, const SourceLost& event);
void on_source_back(Context& context, const SourceBack& event);
void on_heartbeat_deadline(Context& context);
void on_policy_applied(Context& context, const PolicyApplied& event);
void on_policy_rejected(Context& context, const PolicyRejected& event);

}  // namespace vaktpost::core
