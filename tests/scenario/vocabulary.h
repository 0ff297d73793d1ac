// SPDX-License-Identifier: GPL-3.0-or-later
// Scenario words to core's events and policy, and core's actions to scenario words.
#pragma once

#include <string>
#include <vector>

#include "agent/core/decide.h"

namespace vaktpost::scenario {

// "card_removed reader=A" as an event at `now`. Throws BadLine.
core::Event parse_event(const std::vector<std::string>& words, core::Instant now);

// "session.card_removal_grace = 5s" or "usb.rule id=x interface=03:*:* action=block". Throws
// BadLine.
void apply_policy(core::Policy& policy, const std::vector<std::string>& words);

// An action as words, the verb first: {"set_deadline", "card_grace", "subject=2", "at=5s"}.
std::vector<std::string> render(const core::Action& action);

}  // namespace vaktpost::scenario
