// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/verify/ledger.h"

namespace vaktpost::verify {

// Which numbers are missing at this place, and who explains it? Each explanation counts for itself:
// one record more that is gone than it tells of, and none of its range is explained. Takes one
// entry for each number, sorted.
void check_holes(const Ledger& ledger, Place place, HostVerdict& verdict);

// Are the epochs' numbers without a gap? `judged`: places that were given to be looked at.
void check_epochs(const Ledger& ledger, Places judged, HostVerdict& verdict);

// Has the centre more than it ever noted as its head?
void check_head(const Ledger& ledger, HostVerdict& verdict);

}  // namespace vaktpost::verify
