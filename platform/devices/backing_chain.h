// SPDX-License-Identifier: GPL-3.0-or-later
// What a block device stands on, as sysfs tells: partitions, device mapper, RAID, loop devices over
// block devices, down to the disks. Reads sysfs alone.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "platform/devices/paths.h"

namespace vaktpost::platform {

// All devices of a btrfs of which `object` is one, where it is known to the kernel; else that one
// alone.
std::vector<std::filesystem::path> members_of(const DevicePaths& paths,
                                              const std::filesystem::path& object);

// One step down. `object`: a block device's folder in sysfs, links resolved. Empty: it is a disk,
// or stands on no other device.
std::vector<std::filesystem::path> devices_below(const DevicePaths& paths,
                                                 const std::filesystem::path& object);

// The kernel's names of the devices at the bottom.
std::set<std::string> disks_below(const DevicePaths& paths, const std::filesystem::path& object);

// Whether it is a mapping of dm-crypt, by the name that cryptsetup gives each of its kind. Root can
// give that name to any mapping; its cipher is not looked at.
bool is_crypt(const std::filesystem::path& object);

// The disks that some way leads to which meets no dm-crypt, `object` included.
std::set<std::string> disks_in_the_clear(const DevicePaths& paths,
                                         const std::filesystem::path& object);

}  // namespace vaktpost::platform
