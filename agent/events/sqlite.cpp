// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/sqlite.h"

#include <utility>

namespace vaktpost::events {
namespace {

// sqlite.org/uri.html: everything that is not plainly part of a path is written as %XX.
std::string uri_of(const std::filesystem::path& path, Access access) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
    std::string uri = "file:";
    for (const char c : path.string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (plain.find(c) != std::string_view::npos)
            uri += c;
        else
            (uri += '%') += {digits[byte >> 4], digits[byte & 0xf]};
    }
    if (access == Access::immutable) uri += "?immutable=1";
    return uri;
}

}  // namespace

void Statement::bind(int index, std::int64_t value) {
    sqlite3_bind_int64(handle_.get(), index, value);
}

void Statement::bind(int index, std::string_view text) {
    sqlite3_bind_text64(handle_.get(), index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

core::Result<bool> Statement::step() {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    sqlite3* connection = sqlite3_db_handle(handle_.get());
    return core::Error{sqlite3_extended_errcode(connection), "database",
                       sqlite3_errmsg(connection)};
}

void Statement::reset() {
    sqlite3_reset(handle_.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
}

std::string_view Statement::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

core::Error Database::error(std::string operation) const {
    return {sqlite3_extended_errcode(handle_.get()), std::move(operation),
            sqlite3_errmsg(handle_.get())};
}

core::Result<Database> Database::open(const std::filesystem::path& path, Access access) {
    const int flags =
        (access == Access::read_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
        SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    Database database;
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(uri_of(path, access).c_str(), &connection, flags, nullptr);
    database.handle_.reset(connection);
    const std::string operation = "open " + path.string();
    if (connection == nullptr) return core::Error{code, operation, sqlite3_errstr(code)};
    if (code != SQLITE_OK) return database.error(operation);
    return database;
}

core::Status Database::execute(const char* sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return error("database");
    return core::Done{};
}

core::Result<Statement> Database::prepare(std::string_view sql) {
    Statement statement;
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        &prepared, nullptr);
    statement.handle_.reset(prepared);
    if (code != SQLITE_OK) return error("database");
    return statement;
}

core::Result<std::int64_t> Database::integer(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return core::Error{SQLITE_EMPTY, "database", "no row"};
    return statement->integer(0);
}

core::Status Database::keep_wal_files() {
    int on = 1;
    if (sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_PERSIST_WAL, &on) != SQLITE_OK)
        return error("keep the write-ahead log");
    return core::Done{};
}

bool Database::moved() const {
    int moved = 0;
    const int code = sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return code == SQLITE_OK && moved != 0;
}

}  // namespace vaktpost::events
