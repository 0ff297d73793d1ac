// SPDX-License-Identifier: GPL-3.0-or-later
// Allowances that end: those that an operator gives one device ("vaktpost allow"), and the rules
// of the policy with an "until".
#pragma once

#include "agent/core/context.h"
#include "agent/core/usb_policy.h"

namespace vaktpost::core {

void on_exception_requested(Context& context, const ExceptionRequested& event);
void on_exception_remembered(Context& context, const ExceptionRemembered& event);

// Records what is over, and what will be soon.
void end_exceptions(Context& context);

// When end_exceptions() has something to do next.
std::optional<WallTime> next_end(const Context& context);

// The one in force for that device; null: none.
const UsbException* exception_for(const State& state, const UsbDevice& device, Instant now);

// A device was let in by that rule: where it is an exception, its use is recorded.
void record_use(Context& context, const UsbDevice& device, const RuleId& rule, Seq decision);

}  // namespace vaktpost::core
