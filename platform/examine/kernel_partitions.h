// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "platform/examine/medium.h"

namespace vaktpost::examine {

// "/sys/dev/block/MAJOR:MINOR"
std::filesystem::path sysfs_of_device(dev_t number);

// The partitions that the kernel made of a disk, from its sysfs folder (`start` and `size` in
// sectors of 512 bytes whatever the disk's own are). None when the kernel does not look for
// partitions there: a partition, a loop device without partition scan, a mapping.
std::optional<std::vector<Partition>> kernel_partitions(const std::filesystem::path& disk);

}  // namespace vaktpost::examine
