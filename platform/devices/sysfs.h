// SPDX-License-Identifier: GPL-3.0-or-later
// Reading sysfs. Attributes of a USB device's strings and configuration wait for the device's lock,
// which a dying device can hold for half a minute: read those on a worker.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vaktpost::platform {

// The attribute without its newline; empty where there is none.
std::string read_attribute(const std::filesystem::path& path);
std::optional<std::uint64_t> read_number(const std::filesystem::path& path, int base = 10);

// The names in a folder, sorted; none where there is no such folder.
std::vector<std::string> names_in(const std::filesystem::path& folder);

// The path with its symbolic links resolved; empty where that fails.
std::filesystem::path resolved(const std::filesystem::path& path);

// Tells one sysfs object from another of the same name that took its place later; 0 where there is
// none.
std::uint64_t object_number(const std::filesystem::path& path);

}  // namespace vaktpost::platform
