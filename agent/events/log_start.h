// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/events.h"
#include "agent/core/removal.h"
#include "agent/core/types.h"
#include "agent/events/chain.h"
#include "agent/events/position.h"

namespace vaktpost::events {

// The last record of the log; type and boot_id as found at the opening, empty behind what this run
// committed.
struct Head {
    std::uint64_t epoch = 0;
    core::Seq seq = 0;
    Digest digest = no_record;
    std::string type;
    std::string boot_id;
};

// How the log begins this run.
struct LogStart {
    std::uint64_t epoch =
        0;  // 0: not known yet, the database cannot be opened; records are kept in memory
    core::Seq next_seq = 1;  // number of the next record
    Digest previous = no_record;
    core::PreviousEnd previous_end = core::PreviousEnd::first_start;
    std::string previous_boot_id;  // of the last record; empty: not known
    std::string
        new_epoch_cause;  // why this epoch was begun; empty: it goes on, or nothing was before
    Position behind;  // where this epoch was begun: the last record known of earlier ones; or {}
};

// What was found on the disk. `noted_epoch`: the highest epoch begun by what the side file says; 0:
// it says nothing. `damage`: why a database was set aside; empty: none was. Epochs go by these
// numbers, never by a clock.
LogStart plan_start(const std::optional<Head>& head, std::uint64_t noted_epoch,
                    const std::string& damage);

// Only where an epoch was begun. `acknowledged`: what the centre has, as far as is known.
core::EpochBegun epoch_begun(const LogStart& plan, Position acknowledged);

// The same as plan_start after a failure during the run, when core goes on counting: the log goes
// on as well if it still ends at `expected` or behind it (a commit that was reported as failed may
// be on the disk all the same), and otherwise begins a new epoch.
LogStart plan_resume(const std::optional<Head>& head, std::uint64_t noted_epoch,
                     const std::string& damage, const Head& expected);

// What this run had stored up to `expected` and the disk, which ends at `found`, has lost: what the
// centre has, and what it has not.
std::vector<core::Removal> lost_since(const std::optional<Head>& found, const Head& expected,
                                      Position acknowledged);

}  // namespace vaktpost::events
