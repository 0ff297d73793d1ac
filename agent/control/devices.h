// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "agent/core/policy.h"
#include "agent/core/state.h"

namespace vaktpost::control {

// Every USB device and medium present, its verdict, the rule, what was seen of it and what it
// lacks: a JSON object, README.md.
std::string devices_text(const core::State& state, const core::Policy& policy, core::Instant now);

// Why an exception for that device would be of no use; empty where it may be given.
std::string no_exception_for(const core::State& state, const core::DeviceId& device);

// The exception in force for that device; null: none.
const core::UsbException* exception_of(const core::State& state, const core::DeviceId& device);

}  // namespace vaktpost::control
