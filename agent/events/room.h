// SPDX-License-Identifier: GPL-3.0-or-later
// How the log keeps within its bounds. Whatever is removed is noted in the same transaction, and
// the note stays until the record that tells of it is stored: a removal without its record can only
// be somebody else's doing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/removal.h"
#include "agent/core/result.h"
#include "agent/events/position.h"
#include "agent/events/sqlite.h"
#include "agent/events/wall_time.h"

namespace vaktpost::events {

// Removes until the records take at most seven eighths of `bytes`, if they take more than that.
// First goes what is not needed here any more, the oldest first: everything up to `sent`. Then, as
// lost, the oldest of those that are not reserved; reserved ones only where they take more than
// three quarters, or where there are no others. The newest record always stays: the chain goes on
// from it.
core::Result<std::vector<core::Removal>> make_room(Database& database, std::int64_t bytes,
                                                   Position sent);

// Removes the records before the first one that is as young as `keep_from`, and those of
// RecordClass::routine_here before the first one as young as `keep_routine_from`. What lies behind
// `sent` is lost.
core::Result<std::vector<core::Removal>> expire(Database& database, WallTime keep_from,
                                                WallTime keep_routine_from, Position sent);

// What the records of all classes take, in bytes.
core::Result<std::int64_t> used_bytes(Database& database);

// Removals that no stored record tells of yet.
core::Result<std::vector<core::Removal>> unrecorded(Database& database);

// The record that tells of it is being stored, in the transaction under way.
core::Status forget(Database& database, const core::Removal& removal);

}  // namespace vaktpost::events
