// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/header_copy.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "platform/examine/words.h"

namespace vaktpost::examine {
namespace {

constexpr Bytes kBlock = 64 * kKiB;

bool copy_region(const Medium& medium, Bytes part_offset, const Region& region, int file) {
    std::array<std::byte, kBlock> block;
    for (Bytes done = 0; done < region.size;) {
        const auto piece = std::span(block).first(std::min(kBlock, region.size - done));
        if (!medium.read(part_offset + region.offset + done, piece)) return false;
        if (pwrite(file, piece.data(), piece.size(), static_cast<off_t>(region.offset + done)) !=
            static_cast<ssize_t>(piece.size()))
            return false;
        done += piece.size();
    }
    return true;
}

}  // namespace

std::vector<Region> bounded_regions(std::span<const Region> wanted, Bytes part_size, Bytes limit) {
    std::vector<Region> regions;
    for (auto region : wanted) {
        if (region.offset >= part_size) continue;
        region.size = std::min({region.size, part_size - region.offset, limit});
        limit -= region.size;
        if (region.size > 0) regions.push_back(region);
    }
    return regions;
}

core::Result<HeaderCopy> HeaderCopy::make(const Medium& medium, const Partition& part,
                                          std::span<const Region> wanted) {
    HeaderCopy copy{Descriptor(memfd_create("header", MFD_CLOEXEC | MFD_ALLOW_SEALING))};
    if (!copy.file_ || ftruncate(copy.file_.get(), static_cast<off_t>(part.size)) != 0)
        return core::system_error(errno, "copy header");
    for (const auto& region : bounded_regions(wanted, part.size, kLimit))
        if (!copy_region(medium, part.offset, region, copy.file_.get()))
            return core::Error{errno, "copy header", word::read_failed};
    if (fcntl(copy.file_.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) != 0)
        return core::system_error(errno, "seal header");
    return copy;
}

}  // namespace vaktpost::examine
