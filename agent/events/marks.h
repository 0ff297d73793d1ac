// SPDX-License-Identifier: GPL-3.0-or-later
// Places in the log that are remembered with it (table mark).
#pragma once

#include <string_view>

#include "agent/core/result.h"
#include "agent/events/position.h"
#include "agent/events/sqlite.h"

namespace vaktpost::events {

// What leaves the machine has been stored by the centre up to there.
inline constexpr std::string_view mark_acknowledged = "acknowledged";
// The newest routine record that a log.routine has counted.
inline constexpr std::string_view mark_routine = "routine";
// Nothing up to there remains in this database.
inline constexpr std::string_view mark_pruned = "pruned";

struct Mark {
    std::string_view name;  // one of these
    Position position;
};

// {0, 0}: never set.
core::Result<Position> read_mark(Database& database, std::string_view name);
core::Status write_mark(Database& database, const Mark& mark);

}  // namespace vaktpost::events
