// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "agent/core/record.h"
#include "agent/core/result.h"
#include "agent/events/chain.h"
#include "agent/events/sqlite.h"

namespace vaktpost::events {

// The routine records that stay on the machine and that no log.routine has counted yet, of the
// epoch being written, the oldest first.
class RoutineLedger {
  public:
    // What a log.routine may count at most; what is beyond waits for the next one.
    static constexpr std::size_t most_counted = 128;

    // As the database has it.
    static core::Result<RoutineLedger> read(Database& database, std::uint64_t epoch);

    void add(core::Seq seq, core::EventType type, const Digest& digest);

    // Moves the oldest ones into the data of a log.routine; the number of the last of them.
    std::optional<core::Seq> count_into(core::Record& record);

  private:
    struct Line {
        core::Seq seq;
        core::EventType type;
        Digest digest;
    };
    std::vector<Line> lines_;
};

}  // namespace vaktpost::events
