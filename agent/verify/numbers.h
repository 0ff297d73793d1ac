// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/verify/ledger.h"

namespace vaktpost::verify {

// Sorts what is known and leaves one entry for each number. Where a number has several texts, that
// is a fork: a finding, and the text that its neighbours name stays.
void one_for_each_number(std::vector<Entry>& entries, HostVerdict& verdict);

}  // namespace vaktpost::verify
