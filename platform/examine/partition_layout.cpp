// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/partition_layout.h"

#include <algorithm>
#include <cstdint>

#include "platform/examine/bytes.h"
#include "platform/examine/words.h"

namespace vaktpost::examine {
namespace {

// The kernel shows an extended partition as a stub with room for a boot loader, not with its real
// size.
constexpr Bytes kKernelExtendedStub = 4096;
constexpr std::size_t kMbrTable = 446;
constexpr std::size_t kMbrEntry = 16;
constexpr std::uint8_t kMbrUnused = 0x00;
constexpr std::uint8_t kMbrProtective = 0xee;

bool by_position(const Partition& left, const Partition& right) {
    return left.offset != right.offset ? left.offset < right.offset : left.size < right.size;
}

std::vector<Partition> data_partitions(std::span<const Partition> partitions) {
    std::vector<Partition> result;
    std::copy_if(partitions.begin(), partitions.end(), std::back_inserter(result),
                 [](const Partition& each) { return !each.extended; });
    std::sort(result.begin(), result.end(), by_position);
    return result;
}

}  // namespace

const char* check_layout(std::span<const Partition> partitions, Bytes medium_size) {
    Bytes end_of_previous = 0;
    for (const auto& each : data_partitions(partitions)) {
        if (each.size == 0 || each.offset > medium_size || each.size > medium_size - each.offset)
            return word::partition_beyond_end;
        if (each.offset < end_of_previous) return word::partitions_overlap;
        end_of_previous = each.offset + each.size;
    }
    return nullptr;
}

const char* check_hybrid_mbr(std::span<const std::byte, 512> boot_sector, Bytes sector_size,
                             std::span<const Partition> gpt) {
    for (std::size_t i = 0; i < 4; ++i) {
        const auto entry = kMbrTable + i * kMbrEntry;
        const auto type = std::to_integer<std::uint8_t>(boot_sector[entry + 4]);
        if (type == kMbrUnused || type == kMbrProtective) continue;
        const Partition named{little_endian<std::uint32_t>(boot_sector, entry + 8) * sector_size,
                              little_endian<std::uint32_t>(boot_sector, entry + 12) * sector_size};
        if (std::find(gpt.begin(), gpt.end(), named) == gpt.end()) return word::tables_differ;
    }
    return nullptr;
}

const char* check_against_kernel(std::span<const Partition> ours, std::vector<Partition> kernel) {
    for (const auto& each : ours)
        if (each.extended)
            std::erase_if(kernel, [&each](const Partition& stub) {
                return stub.offset == each.offset && stub.size <= kKernelExtendedStub;
            });
    std::sort(kernel.begin(), kernel.end(), by_position);
    return data_partitions(ours) == kernel ? nullptr : word::kernel_differs;
}

}  // namespace vaktpost::examine
