// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/marks.h"

namespace vaktpost::events {

core::Result<Position> read_mark(Database& database, std::string_view name) {
    auto query = database.prepare("SELECT epoch, seq FROM mark WHERE name = ?");
    if (!query) return query.error();
    query->bind(1, name);
    const auto row = query->step();
    if (!row) return row.error();
    if (!*row) return Position{};
    return Position{static_cast<std::uint64_t>(query->integer(0)),
                    static_cast<core::Seq>(query->integer(1))};
}

core::Status write_mark(Database& database, const Mark& mark) {
    auto write = database.prepare("INSERT OR REPLACE INTO mark(name, epoch, seq) VALUES(?, ?, ?)");
    if (!write) return write.error();
    write->bind(1, mark.name);
    write->bind(2, static_cast<std::int64_t>(mark.position.epoch));
    write->bind(3, static_cast<std::int64_t>(mark.position.seq));
    const auto stepped = write->step();
    if (!stepped) return stepped.error();
    return core::Done{};
}

}  // namespace vaktpost::events
