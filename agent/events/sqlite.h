// SPDX-License-Identifier: GPL-3.0-or-later
// The little of SQLite that the log needs, with Results instead of result codes.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "agent/core/result.h"

namespace vaktpost::events {

enum class Access {
    read_write,  // the file must exist
    read_only,   // with whatever the write-ahead log beside it holds
    immutable,   // the file alone, and nothing is created beside it
};

class Database;

// One prepared statement. Used by one thread at a time, ended before its database.
class Statement {
  public:
    void bind(int index, std::int64_t value);     // 1: the first "?"
    void bind(int index, std::string_view text);  // `text` must live until the statement is reset

    // True: a row can be read. False: there are no more.
    core::Result<bool> step();
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string_view text(int column) const;  // valid until the next step

  private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// One connection. The code of an Error is SQLite's extended result code.
class Database {
  public:
    static core::Result<Database> open(const std::filesystem::path& path, Access access);

    core::Status execute(const char* sql);
    core::Result<Statement> prepare(std::string_view sql);
    core::Result<std::int64_t> integer(std::string_view sql);  // of a query with one row

    // Leaves the write-ahead log behind when the last connection ends, so that those who may not
    // write can read then.
    core::Status keep_wal_files();

    // The file was renamed or unlinked: what is written now, nobody finds.
    [[nodiscard]] bool moved() const;

  private:
    struct Close {
        void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
    };
    [[nodiscard]] core::Error error(std::string operation) const;
    std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace vaktpost::events
