// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "agent/core/medium.h"
#include "agent/core/result.h"
#include "agent/events/sqlite.h"

namespace vaktpost::media {

// The register's file (README.md). Blocks on the disk.
class MediaStore {
  public:
    static constexpr std::size_t most = 10'000;

    // To write: makes the file where there is none.
    static core::Result<MediaStore> open(const std::filesystem::path& path);

    // Stores that it was seen. True: with a serial that it did not have there before.
    core::Result<bool> remember(const core::KnownMedium& medium, std::size_t limit = most);

  private:
    explicit MediaStore(events::Database database) : database_(std::move(database)) {}
    core::Result<bool> store(const core::KnownMedium& medium, std::size_t limit);

    events::Database database_;
};

// As MediaStore::remember(). Damage that shows only now, behind the register's first page, has it
// set aside as well; what is to be remembered stands in the new one.
core::Result<bool> remember(const std::filesystem::path& path, const core::KnownMedium& medium);

// What stands in the register, the one not seen for longest first; a register that does not exist
// yet, or has just been made, is empty. Only media last seen on day `until` or before.
core::Result<std::vector<core::KnownMedium>> known_media(const std::filesystem::path& path,
                                                         std::int64_t until);

}  // namespace vaktpost::media
