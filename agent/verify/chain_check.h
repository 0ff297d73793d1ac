// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "agent/verify/ledger.h"

namespace vaktpost::verify {

// Does each record name the one before it? Takes one entry for each number, sorted. What chains
// becomes the verdict's complete ranges, what does not a finding.
void check_chain(std::span<const Entry> entries, HostVerdict& verdict);

}  // namespace vaktpost::verify
