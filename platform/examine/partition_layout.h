// SPDX-License-Identifier: GPL-3.0-or-later
// Pure checks of a partition list. Each gives word.h's reason why the list cannot be trusted, or
// nullptr.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "platform/examine/medium.h"

namespace vaktpost::examine {

// Partitions that hold data lie inside the medium and apart from each other.
const char* check_layout(std::span<const Partition> partitions, Bytes medium_size);

// A GPT's boot sector may carry a hybrid MBR: what that names must be a partition of the GPT too,
// else two systems see two different media. `boot_sector` is the first 512 bytes.
const char* check_hybrid_mbr(std::span<const std::byte, 512> boot_sector, Bytes sector_size,
                             std::span<const Partition> gpt);

// The kernel must see what we see: it is the kernel's partitions that get mounted.
const char* check_against_kernel(std::span<const Partition> ours, std::vector<Partition> kernel);

}  // namespace vaktpost::examine
