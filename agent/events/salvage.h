// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

#include "agent/core/result.h"
#include "agent/events/sqlite.h"

namespace vaktpost::events {

// Copies into `fresh`, which has the tables and no records, what can still be read of a damaged
// log: from its beginning and from its end up to the damage. Records that are plainly none stay
// behind, how far the centre had got comes along, and what is missing behind that is noted as lost.
// Returns how many records were saved; 0 where the database is none of ours. Reads at most 64 MiB
// from each end.
core::Result<std::int64_t> salvage(const std::filesystem::path& damaged, Database& fresh);

}  // namespace vaktpost::events
