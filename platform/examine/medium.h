// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/types.h"
#include "platform/examine/descriptor.h"

namespace vaktpost::examine {

using core::Bytes;

inline constexpr Bytes kKiB = 1024;
inline constexpr Bytes kMiB = 1024 * kKiB;

// A stretch of the medium. Partition tables are foreign: offset and size may be absurd until
// check_layout() passed.
struct Partition {
    Bytes offset = 0;
    Bytes size = 0;
    bool extended = false;  // an MBR container of logical partitions, no data of its own
    bool operator==(const Partition&) const = default;
};

// What is examined: one read-only descriptor, never a path and never a second descriptor.
struct Medium {
    Descriptor fd;
    Bytes size = 0;
    Bytes sector_size = 512;  // logical; 512 for image files
    std::optional<std::vector<Partition>>
        kernel_partitions;  // none: the kernel does not scan this device

    // All of `into` or false; a medium may shrink, lie about its size or fail at any sector.
    [[nodiscard]] bool read(Bytes offset, std::span<std::byte> into) const;
};

// Opens a block device or regular file read-only. Never hangs on a fifo and never wakes a tape or a
// terminal: the kind is looked at through O_PATH first. Error::detail is one of word.h's.
core::Result<Medium> open_medium(const char* path);

}  // namespace vaktpost::examine
