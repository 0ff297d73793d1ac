// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "agent/core/result.h"

namespace vaktpost::events {

// Renames the database and what SQLite keeps beside it to the first free NAME.damaged-N, so that it
// can be examined. The database goes first: a write-ahead log without its database is noticed at
// the next start and set aside then. Returns the new name.
core::Result<std::filesystem::path> set_aside(const std::filesystem::path& database);

// The write-ahead log of a database that is gone, or empty, still holds something.
bool has_orphaned_wal(const std::filesystem::path& database);

}  // namespace vaktpost::events
