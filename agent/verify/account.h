// SPDX-License-Identifier: GPL-3.0-or-later
// Records about the log itself: log.gap, log.pruned, log.routine, heartbeat.
#pragma once

#include "agent/verify/ledger.h"
#include "agent/verify/record_scan.h"

namespace vaktpost::verify {

// The traits of records of this type.
std::uint8_t traits_of(std::string_view type);

// Notes in the ledger what the record, read at this place, says about others. One that cannot be
// understood, or contradicts itself, explains nothing and is a finding.
void take_account(const Scanned& record, Place place, Ledger& ledger);

}  // namespace vaktpost::verify
