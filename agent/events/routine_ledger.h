// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "agent/core/record.h"
#include "agent/core/result.h"
#include "agent/events/chain.h"
#include "agent/events/position.h"
#include "agent/events/sqlite.h"

namespace vaktpost::events {

// The routine records that stay on the machine and that no log.routine has counted yet, the oldest
// first.
class RoutineLedger {
  public:
    // What a log.routine may count at most; what is beyond waits for the next one.
    static constexpr std::size_t most_counted = 128;

    // As the database has it.
    static core::Result<RoutineLedger> read(Database& database);

    void add(Position position, core::EventType type, const Digest& digest);

    // Moves the oldest ones, of one epoch, into the data of a log.routine that is written in the
    // epoch `writing`; where the last of them stands.
    std::optional<Position> count_into(core::Record& record, std::uint64_t writing);

  private:
    struct Line {
        Position position;
        core::EventType type;
        Digest digest;
    };
    std::vector<Line> lines_;
};

}  // namespace vaktpost::events
