// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/medium.h"
#include "platform/devices/paths.h"

namespace vaktpost::platform {

struct PartitionExtent {
    std::string name;
    std::uint64_t start = 0;  // both in sectors of 512 bytes, whatever the disk's are
    std::uint64_t sectors = 0;
    auto operator<=>(const PartitionExtent&) const = default;
};

struct DiskReading {
    core::Medium medium;  // without admitted_before and seen
    std::vector<PartitionExtent> partitions;
};

// Names of whole disks that can never be media of ours: optical drives, and what stands on other
// block devices or in memory.
bool is_never_medium(std::string_view disk);

// Whether a disk is removable or external. `object`: its folder in sysfs, links resolved.
bool is_medium(const std::filesystem::path& object);

// Names of the whole disks that exist now.
std::vector<std::string> present_disks(const DevicePaths& paths);

// The disk as it stands, when it is a removable or external one with something in it: behind USB,
// or removable, or an SD card; nothing otherwise. Waits up to 3 s for udev while /etc/fstab waits
// for a disk, and reads files of the root file system: call it on a worker.
std::optional<DiskReading> read_disk(const DevicePaths& paths, const std::string& disk);

// "sdb-17". A kernel without disk sequence numbers (before 5.15) makes it 0, which no admission
// fits.
core::MediumId medium_id(const std::string& disk, std::uint64_t sequence);

// The kernel's name of the disk in an id: "sdb"; empty where it is none.
std::string disk_of(const core::MediumId& id);

}  // namespace vaktpost::platform
