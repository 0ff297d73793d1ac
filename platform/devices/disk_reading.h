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
    core::Medium medium;  // without admitted_before and seen; size 0: a slot with nothing in it
    std::vector<PartitionExtent> partitions;
};

// Whether a disk is a removable or external one: behind USB, an optical drive, removable, an SD
// card, or behind a port that the firmware calls external. `object`: its folder in sysfs, links
// resolved.
bool is_medium(std::string_view disk, const std::filesystem::path& object);

// Names of whole disks that can never be media of ours: what stands on other block devices or in
// memory.
bool is_never_medium(std::string_view disk);

// Whether a disk is removable or external. `object`: its folder in sysfs, links resolved.
bool is_medium(const std::filesystem::path& object);

// Names of the whole disks that exist now.
std::vector<std::string> present_disks(const DevicePaths& paths);

// The disk as it stands, when it is a removable or external one: behind USB, FireWire or a port
// that the firmware calls external (Thunderbolt, USB4), or removable, or a card in a slot, or an
// optical drive; nothing otherwise. Waits up to 3 s for udev while /etc/fstab waits for a disk,
// asks an optical drive for its disc, and reads files of the root file system: call it on a worker.
// `open`: other removable drives are opened, so that the kernel takes note of a medium that left or
// came; one that has stopped answering holds that up for a minute.
std::optional<DiskReading> read_disk(const DevicePaths& paths, const std::string& disk, bool open);

// "sdb-17". A kernel without disk sequence numbers (before 5.15) makes it 0, which no admission
// fits.
core::MediumId medium_id(const std::string& disk, std::uint64_t sequence);

// The kernel's name of the disk in an id: "sdb"; empty where it is none.
std::string disk_of(const core::MediumId& id);

}  // namespace vaktpost::platform
