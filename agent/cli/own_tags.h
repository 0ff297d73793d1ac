// SPDX-License-Identifier: GPL-3.0-or-later
// This machine's tags, as its agent makes them: for whoever may read its key.
#pragma once

#include <optional>
#include <string>

#include "agent/core/policy.h"
#include "platform/base/pseudonym.h"

namespace vaktpost::cli {

// Nothing: there is no key, or it takes root to read it.
std::optional<platform::Pseudonym> own_pseudonym();

// Serial numbers that rules name, as the tags that devices have on this machine.
void name_serials(core::Policy& policy, const platform::Pseudonym& pseudonym);

// By which this machine's records name it.
std::string own_host();

}  // namespace vaktpost::cli
