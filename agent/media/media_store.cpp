// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/media/media_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <utility>

#include "agent/events/set_aside.h"
#include "platform/base/journal.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::media {
namespace {

namespace fs = std::filesystem;
using events::Access;
using events::Database;

constexpr std::int64_t application_id = 0x56706d72;  // "Vpmr"

core::Error not_ours(const fs::path& path) {
    return {EBADMSG, "open " + path.string(), "not a register of media of this version"};
}

// Readable by the folder's group.
core::Status create(const fs::path& path) {
    const platform::UniqueFd fd(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!fd || ::fchmod(fd.get(), 0640) != 0)
        return core::system_error(errno, "open " + path.string());
    return core::Done{};
}

core::Status create_table(Database& database) {
    const std::string sql =
        "BEGIN IMMEDIATE;"
        "CREATE TABLE medium(tag TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, "
        "kind TEXT NOT NULL, unit TEXT NOT NULL, serial TEXT NOT NULL) WITHOUT ROWID;"
        "CREATE INDEX seen ON medium(last);"
        "PRAGMA application_id=" +
        std::to_string(application_id) + "; COMMIT";
    auto done = database.execute(sql.c_str());
    if (!done) (void)database.execute("ROLLBACK");
    return done;
}

core::Status check(Database& database, const fs::path& path) {
    const auto id = database.integer("PRAGMA application_id");
    if (!id) return id.error();
    if (*id == application_id) return core::Done{};
    const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tables.error();
    return *tables == 0 ? create_table(database) : core::Status(not_ours(path));
}

core::KnownMedium medium_in(const events::Statement& row) {
    return {{std::string(row.text(0))}, row.integer(1),           row.integer(2),
            std::string(row.text(3)),   std::string(row.text(4)), std::string(row.text(5))};
}

core::Result<Database> open_register(const fs::path& path) {
    if (auto created = create(path); !created) return created.error();
    auto database = Database::open(path, Access::read_write);
    if (!database) return database.error();
    if (auto set = database->execute("PRAGMA busy_timeout=5000"); !set) return set.error();
    if (auto checked = check(*database, path); !checked) return checked.error();
    return database;
}

bool is_damaged(const core::Error& error) {
    const int code = error.code;
    const int primary = code & 0xff;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || code == EBADMSG;
}

core::Result<fs::path> put_aside(const fs::path& path, const core::Error& damage) {
    platform::warn(damage.text() + "; the register of media is set aside, and a new one begins");
    return events::set_aside(path);
}

core::Result<bool> remember_once(const fs::path& path, const core::KnownMedium& medium) {
    auto store = MediaStore::open(path);
    return store ? store->remember(medium) : core::Result<bool>(store.error());
}

}  // namespace

// A damaged one is put aside: the media that it knew are new again.
core::Result<MediaStore> MediaStore::open(const fs::path& path) {
    auto database = open_register(path);
    if (!database && is_damaged(database.error())) {
        if (auto aside = put_aside(path, database.error()); !aside) return aside.error();
        database = open_register(path);
    }
    if (!database) return database.error();
    return MediaStore(std::move(*database));
}

core::Result<bool> MediaStore::remember(const core::KnownMedium& medium, std::size_t limit) {
    if (auto begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun.error();
    auto stored = store(medium, limit);
    auto done = stored ? database_.execute("COMMIT") : core::Status(stored.error());
    if (done) return stored;
    (void)database_.execute("ROLLBACK");
    return done.error();
}

// The clock's word of today counts, not the latest day ever: one that once was years ahead would
// keep a medium from being missed.
core::Result<bool> MediaStore::store(const core::KnownMedium& medium, std::size_t limit) {
    auto known = database_.prepare("SELECT serial FROM medium WHERE tag = ?");
    if (!known) return known.error();
    known->bind(1, medium.tag.value);
    const auto before = known->step();
    if (!before) return before.error();
    const bool is_new = !medium.serial.empty() && (!*before || known->text(0) != medium.serial);

    auto insert = database_.prepare(
        "INSERT INTO medium VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(tag) DO UPDATE SET "
        "first = min(first, excluded.first), last = excluded.last, kind = excluded.kind, "
        "unit = excluded.unit, serial = excluded.serial");
    if (!insert) return insert.error();
    insert->bind(1, medium.tag.value);
    insert->bind(2, medium.first);
    insert->bind(3, medium.last);
    insert->bind(4, medium.kind);
    insert->bind(5, medium.unit);
    insert->bind(6, medium.serial);
    if (auto stepped = insert->step(); !stepped) return stepped.error();

    auto forget = database_.prepare(
        "DELETE FROM medium WHERE tag IN (SELECT tag FROM medium WHERE tag <> ? ORDER BY last "
        "LIMIT max(0, (SELECT count(*) FROM medium) - ?))");
    if (!forget) return forget.error();
    forget->bind(1, medium.tag.value);
    forget->bind(2, static_cast<std::int64_t>(limit));
    if (auto stepped = forget->step(); !stepped) return stepped.error();
    return is_new;
}

core::Result<bool> remember(const fs::path& path, const core::KnownMedium& medium) {
    auto is_new = remember_once(path, medium);
    if (is_new || !is_damaged(is_new.error())) return is_new;
    if (auto aside = put_aside(path, is_new.error()); !aside) return aside.error();
    return remember_once(path, medium);
}

core::Result<std::vector<core::KnownMedium>> known_media(const fs::path& path, std::int64_t until) {
    std::vector<core::KnownMedium> media;
    // SQLite says "unable to open" whatever the reason is.
    const platform::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd && errno == ENOENT) return media;
    if (!fd && (errno == EACCES || errno == EPERM))
        return core::Error{EACCES, "read " + path.string(),
                           "this takes root or the group vaktpost-review"};
    struct stat file {};
    if (!fd || ::fstat(fd.get(), &file) != 0)
        return core::system_error(errno, "read " + path.string());
    if (file.st_size == 0) return media;
    auto database = Database::open(path, Access::read_only);
    if (!database) return database.error();
    if (auto set = database->execute("PRAGMA busy_timeout=5000"); !set) return set.error();
    const auto id = database->integer("PRAGMA application_id");
    if (!id) return id.error();
    if (*id != application_id) return not_ours(path);
    auto query = database->prepare(
        "SELECT tag, first, last, kind, unit, serial FROM medium WHERE last <= ? "
        "ORDER BY last, tag");
    if (!query) return query.error();
    query->bind(1, until);
    for (;;) {
        const auto row = query->step();
        if (!row) return row.error();
        if (!*row) return media;
        media.push_back(medium_in(*query));
    }
}

}  // namespace vaktpost::media
