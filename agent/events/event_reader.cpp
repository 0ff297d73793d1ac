// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/event_reader.h"

#include <fcntl.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "agent/events/marks.h"
#include "agent/events/schema.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::events {
namespace {

namespace fs = std::filesystem;

// SQLite says "unable to open" whatever the reason is.
core::Status check_readable(const fs::path& database) {
    const platform::UniqueFd fd(::open(database.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (fd) return core::Done{};
    if (errno == EACCES || errno == EPERM)
        return core::Error{EACCES, "read " + database.string(),
                           "this takes root or the group vaktpost-review"};
    return core::system_error(errno, "read " + database.string());
}

// A copy without its write-ahead log holds all there is, and needs none of the files that SQLite
// would make beside it.
Access access_for(const fs::path& database) {
    std::error_code error;
    const bool has_wal = fs::exists(database.string() + "-wal", error);
    return has_wal ? Access::read_only : Access::immutable;
}

// A page is full with one or the other.
constexpr std::size_t page_rows = 512;
constexpr std::size_t page_bytes = 1 << 20;

Position position_of(const Statement& query) {
    return {static_cast<std::uint64_t>(query.integer(0)), static_cast<core::Seq>(query.integer(1))};
}

}  // namespace

core::Result<EventReader> EventReader::open(const fs::path& path) {
    if (auto readable = check_readable(path); !readable) return readable.error();
    auto database = Database::open(path, access_for(path));
    if (!database) return database.error();
    if (auto set = database->execute("PRAGMA busy_timeout=5000"); !set) return set.error();
    const auto id = database->integer("PRAGMA application_id");
    if (!id) return core::Error{id.error().code, "read " + path.string(), id.error().detail};
    if (*id != application_id)
        return core::Error{0, "read " + path.string(), "not an event log of Vaktpost"};
    return EventReader(std::move(*database));
}

core::Result<EventReader::Page> EventReader::page_after(Position position, std::string_view which) {
    auto query =
        database_.prepare("SELECT epoch, seq, record FROM event WHERE " + std::string(which) +
                          " AND (epoch, seq) > (?, ?) ORDER BY epoch, seq LIMIT ?");
    if (!query) return query.error();
    query->bind(1, static_cast<std::int64_t>(position.epoch));
    query->bind(2, static_cast<std::int64_t>(position.seq));
    query->bind(3, static_cast<std::int64_t>(page_rows));
    Page page;
    for (std::size_t bytes = 0; bytes < page_bytes;) {
        const auto row = query->step();
        if (!row) return row.error();
        if (!*row) {
            page.last = page.rows.size() < page_rows;
            return page;
        }
        page.rows.push_back({position_of(*query), std::string(query->text(2))});
        bytes += page.rows.back().record.size();
    }
    return page;
}

core::Status EventReader::after(Position position, const Visitor& visitor) {
    return pages(position, "true", visitor);
}

core::Status EventReader::leaving_after(Position position, const Visitor& visitor) {
    return pages(position, "class <> 3", visitor);
}

core::Result<Position> EventReader::acknowledged() {
    return read_mark(database_, mark_acknowledged);
}

core::Status EventReader::pages(Position position, std::string_view which, const Visitor& visitor) {
    for (;;) {
        const auto page = page_after(position, which);
        if (!page) return page.error();
        for (const Found& found : page->rows)
            if (!visitor(found.position, found.record)) return core::Done{};
        if (page->last) return core::Done{};
        position = page->rows.back().position;
    }
}

core::Status EventReader::newest_first(const Visitor& visitor) {
    auto query =
        database_.prepare("SELECT epoch, seq, record FROM event ORDER BY epoch DESC, seq DESC");
    if (!query) return query.error();
    for (;;) {
        const auto row = query->step();
        if (!row) return row.error();
        if (!*row || !visitor(position_of(*query), query->text(2))) return core::Done{};
    }
}

}  // namespace vaktpost::events
