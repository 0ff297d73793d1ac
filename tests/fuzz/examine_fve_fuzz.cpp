// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as BitLocker metadata. The checksum is made right, else hardly an input gets past it.
#include <algorithm>
#include <boost/crc.hpp>
#include <cstdint>
#include <vector>

#include "platform/examine/fve_metadata.h"

using namespace vaktpost::examine;

namespace {

void fix_checksum(std::vector<std::byte>& area) {
    if (area.size() < 16) return;
    const std::size_t length = little_endian<std::uint16_t>(area, 8) * std::size_t{16};
    if (length + 8 > area.size()) return;
    boost::crc_32_type checksum;
    checksum.process_bytes(area.data(), length);
    const auto value = checksum.checksum();
    for (std::size_t i = 0; i < 4; ++i)
        area[length + 4 + i] = static_cast<std::byte>(value >> 8 * i);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto* bytes = reinterpret_cast<const std::byte*>(data);
    std::vector<std::byte> area(bytes, bytes + size);
    static_cast<void>(read_fve_boot_sector(area));
    static_cast<void>(read_fve_metadata(area));
    fix_checksum(area);
    static_cast<void>(read_fve_metadata(area));
    return 0;
}
