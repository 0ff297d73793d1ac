// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/fat_boot_sector.h"

#include <bit>

namespace vaktpost::examine {

bool is_fat_boot_sector(ByteView sector) {
    if (sector.size() < 512) return false;
    const auto sector_size = little_endian<std::uint16_t>(sector, 11);
    const auto cluster = little_endian<std::uint8_t>(sector, 13);
    const auto reserved = little_endian<std::uint16_t>(sector, 14);
    const auto tables = little_endian<std::uint8_t>(sector, 16);
    const auto medium = little_endian<std::uint8_t>(sector, 21);
    return std::has_single_bit(sector_size) && sector_size >= 512 && sector_size <= 4096 &&
           std::has_single_bit(cluster) && reserved != 0 && tables != 0 &&
           (medium >= 0xf8 || medium == 0xf0);
}

}  // namespace vaktpost::examine
