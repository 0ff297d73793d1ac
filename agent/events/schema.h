// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of events.db, and how an older database gets them.
//
//   event(epoch, seq, record, class)   the records; class: RecordClass
//   mark(name, epoch, seq)             "acknowledged": the centre has stored what leaves the
//   machine
//                                      up to there; "routine": the newest one that is counted;
//                                      "pruned": nothing up to there remains
//   usage(class, bytes)                what the records of a class take, kept by triggers
//   removal(…)                         what was removed and is not yet recorded as such
#pragma once

#include <cstdint>

#include "agent/core/result.h"
#include "agent/events/sqlite.h"

namespace vaktpost::events {

inline constexpr std::int64_t application_id = 0x56616b74;  // "Vakt", in the file's header
inline constexpr std::int64_t schema_version = 2;           // user_version, likewise

// Creates the tables in an empty database, brings one of version 1 up to date, and refuses any
// other with SQLITE_CORRUPT. All or nothing.
core::Status adopt_schema(Database& database);

// With the code that says that a database is of no use.
core::Error damaged(std::string why);

}  // namespace vaktpost::events
