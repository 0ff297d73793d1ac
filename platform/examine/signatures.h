// SPDX-License-Identifier: GPL-3.0-or-later
// What libblkid recognises. All of it: a medium that is two things at once must not pass as the
// first one found.
#pragma once

#include <string>
#include <vector>

#include "agent/core/result.h"
#include "platform/examine/medium.h"

namespace vaktpost::examine {

enum class Usage { crypto, file_system, raid, other };

struct Superblock {
    std::string type;  // libblkid's own name for it, "ext4"
    Usage usage = Usage::other;
};

struct Signatures {
    std::vector<Superblock> superblocks;
    std::vector<std::string> tables;  // libblkid's names of partition tables, "gpt", "dos"
};

// Probes `size` bytes from `offset` on. An error means that libblkid could not read or gave up.
core::Result<Signatures> find_signatures(const Medium& medium, Bytes offset, Bytes size);

// The UUID of the one thing that libblkid recognises there, as it stands on the medium: hostile.
// Empty: there is none, or several.
std::string find_uuid(const Medium& medium, Bytes offset, Bytes size);

// The partitions of the whole medium by the first table that libblkid knows: primary, extended,
// logical and nested.
core::Result<std::vector<Partition>> list_partitions(const Medium& medium);

}  // namespace vaktpost::examine
