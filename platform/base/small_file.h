// SPDX-License-Identifier: GPL-3.0-or-later
// Whole small files: sysfs attributes, marker files, keys. Everything here may block on a dying
// device.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "agent/core/result.h"

namespace vaktpost::platform {

// The content as it stands, or an error; a file longer than `limit` bytes is an error (EFBIG).
core::Result<std::string> read_small(const std::filesystem::path& path, std::size_t limit = 4096);

// One write(2) to something that exists, as sysfs attributes want it. Creates nothing, follows no
// symbolic link at the end of the path.
core::Status write_existing(const std::filesystem::path& path, std::string_view text);

// A file that is there whole or not at all, also after a power cut: written beside, synced,
// renamed.
core::Status replace_file(const std::filesystem::path& path, std::string_view text, mode_t mode);

}  // namespace vaktpost::platform
