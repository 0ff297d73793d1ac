// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/schema.h"

#include <string>
#include <utility>

namespace vaktpost::events {
namespace {

constexpr auto version_1 =
    "CREATE TABLE event(epoch INTEGER, seq INTEGER, record TEXT, PRIMARY KEY(epoch, seq)) "
    "WITHOUT ROWID;";

// What a record takes: its text, and about 32 bytes of SQLite's.
constexpr auto version_2 =
    "ALTER TABLE event ADD COLUMN class INTEGER NOT NULL DEFAULT 1;"
    "CREATE INDEX routine_here ON event(epoch, seq) WHERE class = 3;"
    "CREATE TABLE mark(name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL) "
    "WITHOUT ROWID;"
    "CREATE TABLE usage(class INTEGER PRIMARY KEY, bytes INTEGER NOT NULL);"
    "CREATE TABLE removal(what TEXT NOT NULL, epoch INTEGER NOT NULL, first INTEGER NOT NULL, "
    "last INTEGER NOT NULL, count INTEGER NOT NULL, cause TEXT NOT NULL);"
    "INSERT INTO usage SELECT 0, 0 UNION SELECT 1, 0 UNION SELECT 2, 0 UNION SELECT 3, 0;"
    "UPDATE usage SET bytes = (SELECT coalesce(sum(length(CAST(record AS BLOB)) + 32), 0) "
    "FROM event) WHERE class = 1;"
    "CREATE TRIGGER event_added AFTER INSERT ON event BEGIN UPDATE usage SET bytes = bytes + "
    "length(CAST(new.record AS BLOB)) + 32 WHERE class = new.class; END;"
    "CREATE TRIGGER event_removed AFTER DELETE ON event BEGIN UPDATE usage SET bytes = bytes - "
    "length(CAST(old.record AS BLOB)) - 32 WHERE class = old.class; END;";

core::Status migrate(Database& database, const char* first, const char* second) {
    const std::string sql = std::string("BEGIN IMMEDIATE;") + first + second +
                            "PRAGMA application_id=" + std::to_string(application_id) +
                            ";PRAGMA user_version=" + std::to_string(schema_version) + ";COMMIT";
    auto done = database.execute(sql.c_str());
    if (!done) (void)database.execute("ROLLBACK");
    return done;
}

}  // namespace

core::Error damaged(std::string why) {
    return {SQLITE_CORRUPT, "database", std::move(why)};
}

core::Status adopt_schema(Database& database) {
    const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tables.error();
    if (*tables == 0) return migrate(database, version_1, version_2);
    const auto id = database.integer("PRAGMA application_id");
    if (!id) return id.error();
    const auto version = database.integer("PRAGMA user_version");
    if (!version) return version.error();
    if (*id != application_id) return damaged("not an event log of ours");
    if (*version == 1) return migrate(database, "", version_2);
    if (*version != schema_version) return damaged("written by another version");
    return core::Done{};
}

}  // namespace vaktpost::events
