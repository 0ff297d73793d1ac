// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <string>

#include "platform/devices/paths.h"

namespace vaktpost::platform {

// The kernel's names ("sda", "mmcblk0") of the whole disks that the system itself lives on: under
// /, under what is mounted where /etc/fstab says so, under swap, and those that /etc/fstab names;
// through partitions, device mapper and RAID down to the disks. Lines that nothing present matches
// are passed over.
//
// A line that names no disk of its own ("/dev/sdb1" is whatever came second) and is not mounted at
// boot (noauto), as Debian's installer leaves it for the stick it was started from, counts only
// while it is mounted: otherwise every stick would pass for a system disk.
//
// Blocks on the root file system alone.
std::set<std::string> system_disks(const DevicePaths& paths);

// Whether /etc/fstab names a disk by what is written on it (UUID=, LABEL=, …) and no link under
// /dev/disk leads to it. Blocks likewise.
bool fstab_waits_for_a_disk(const DevicePaths& paths);

}  // namespace vaktpost::platform
