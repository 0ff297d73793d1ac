// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/set_aside.h"

#include <array>
#include <string>
#include <string_view>
#include <system_error>

namespace vaktpost::events {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> suffixes{"", "-wal", "-shm"};

fs::path with(const fs::path& database, std::string_view suffix) {
    return database.string() + std::string(suffix);
}

std::string free_name(const fs::path& database) {
    std::error_code ignored;
    for (int number = 1;; ++number) {
        std::string name = database.string() + ".damaged-" + std::to_string(number);
        bool taken = false;
        for (const std::string_view suffix : suffixes)
            taken = taken || fs::exists(with(name, suffix), ignored);
        if (!taken) return name;
    }
}

}  // namespace

core::Result<fs::path> set_aside(const fs::path& database) {
    const std::string aside = free_name(database);
    for (const std::string_view suffix : suffixes) {
        std::error_code error;
        fs::rename(with(database, suffix), with(aside, suffix), error);
        if (error && error != std::errc::no_such_file_or_directory)
            return core::system_error(error.value(), "rename " + with(database, suffix).string());
    }
    return fs::path(aside);
}

bool has_orphaned_wal(const fs::path& database) {
    std::error_code error;
    const auto wal_size = fs::file_size(with(database, "-wal"), error);
    if (error || wal_size == 0) return false;
    const auto size = fs::file_size(database, error);
    return error || size == 0;
}

}  // namespace vaktpost::events
