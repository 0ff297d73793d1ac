// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/bitlocker.h"

#include <algorithm>
#include <array>
#include <vector>

#include "platform/examine/fat_boot_sector.h"
#include "platform/examine/fve_metadata.h"
#include "platform/examine/loaded_header.h"
#include "platform/examine/words.h"

namespace vaktpost::examine {
namespace {

// A partition may be a little longer than the volume that was made in it.
constexpr Bytes kSlack = kMiB;
constexpr std::uint16_t kFirstCipher = 0x8000;
constexpr std::uint16_t kLastCipher = 0x8005;
constexpr Finding kInvalid{Verdict::unknown, word::header_invalid};

Finding judge_metadata(const FveMetadata& metadata, Bytes part_size) {
    if (metadata.clear_key) return {Verdict::plain, word::clear_key};
    if (metadata.state != kFveEncrypted || metadata.next_state != kFveEncrypted)
        return {Verdict::plain, word::conversion_unfinished};
    if (metadata.cipher < kFirstCipher || metadata.cipher > kLastCipher)
        return {Verdict::unknown, word::cipher_unknown};
    if (metadata.unknown_protector) return {Verdict::unknown, word::protector_unknown};
    if (metadata.protectors == 0) return kInvalid;
    if (metadata.encrypted_size > part_size || part_size - metadata.encrypted_size > kSlack)
        return {Verdict::unknown, word::data_not_covered};
    return {Verdict::encrypted, word::bitlocker_metadata};
}

Finding judge_area(const Medium& medium, const Partition& part, Bytes offset) {
    if (offset >= part.size) return kInvalid;
    std::vector<std::byte> area(std::min(kFveAreaSize, part.size - offset));
    if (!medium.read(part.offset + offset, area)) return {Verdict::error, word::read_failed};
    const auto metadata = read_fve_metadata(area);
    return metadata ? judge_metadata(*metadata, part.size) : kInvalid;
}

Finding judge_by_libcryptsetup(const Medium& medium, const Partition& part,
                               const FveBootSector& boot) {
    std::vector<Region> regions{{0, 4 * kKiB}};
    for (const auto offset : boot.metadata) regions.push_back({offset, kFveAreaSize});
    const auto copy = HeaderCopy::make(medium, part, regions);
    if (!copy) return {Verdict::error, word::read_failed};
    if (!LoadedHeader::load(*copy, CRYPT_BITLK)) return kInvalid;
    return {Verdict::encrypted, word::bitlocker_metadata};
}

}  // namespace

Finding judge_bitlocker(const Medium& medium, const Partition& part) {
    std::array<std::byte, 512> sector{};
    if (part.size < sector.size()) return kInvalid;
    if (!medium.read(part.offset, sector)) return {Verdict::error, word::read_failed};
    const auto boot = read_fve_boot_sector(sector);
    if (!boot) return kInvalid;
    if (!boot->to_go && is_fat_boot_sector(sector))
        return {Verdict::plain, word::hidden_file_system};

    auto result = judge_by_libcryptsetup(medium, part, *boot);
    for (const auto offset : boot->metadata)
        result = graver(result, judge_area(medium, part, offset));
    return result;
}

}  // namespace vaktpost::examine
