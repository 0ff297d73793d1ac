// SPDX-License-Identifier: GPL-3.0-or-later
// /etc/fstab, /proc/self/mountinfo and /proc/swaps, and which block devices their lines mean. All
// of it reads files of the root file system: call it on a worker.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "platform/devices/paths.h"

namespace vaktpost::platform {

using TableLine = std::vector<std::string>;  // at least one field

// The lines of a table of the system's, split at white space; comments left out.
std::vector<TableLine> lines_of(const std::string& table);
std::vector<TableLine> read_table(const std::filesystem::path& path);

// The link under /dev/disk that a tag of fstab's stands for; empty where `source` is none.
std::filesystem::path link_of(const DevicePaths& paths, const std::string& source);

// Whether a line of fstab names a disk of its own. One that names whatever came second and is not
// mounted at boot does not.
bool names_a_disk(const TableLine& line);

// The device in sysfs, links resolved, that a source ("/dev/sda1", "UUID=…") leads to; empty where
// none does.
std::filesystem::path block_object(const DevicePaths& paths, const std::string& source);

// A line of mountinfo: proc(5).
struct Mount {
    std::string number;  // "8:1"; btrfs and others show one that no disk has
    std::string point;
    std::string type;
    std::string source;
    bool writable = true;  // the file system, whatever this mount of it allows
};
std::optional<Mount> mount_of(const TableLine& line);

// All that this process sees mounted, the oldest first; empty where that cannot be read.
std::vector<Mount> mounts_now(const DevicePaths& paths);

// By its number, or else by its source; empty where it has no block device.
std::filesystem::path block_object(const DevicePaths& paths, const Mount& mount);

}  // namespace vaktpost::platform
