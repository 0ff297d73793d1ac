// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/verify/ledger.h"

namespace vaktpost::verify {

// Times, and what was recorded before. A machine's starts follow one another and its time since the
// start only grows: a start that comes back, or a salt that stands twice, was replayed. Takes one
// entry for each number, sorted; fills in the verdict's times and heartbeat.
void check_clocks(const Ledger& ledger, HostVerdict& verdict);

}  // namespace vaktpost::verify
