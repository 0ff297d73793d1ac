// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/fve_metadata.h"

#include <algorithm>
#include <boost/crc.hpp>

namespace vaktpost::examine {
namespace {

constexpr std::string_view kSignature = "-FVE-FS-";
constexpr std::string_view kSignatureToGo = "MSWIN4.1";
constexpr std::string_view kBootCode("\xeb\x58\x90", 3);
constexpr std::string_view kNormalGuid(
    "\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01", 16);
constexpr std::size_t kGuidAt = 160;
constexpr std::size_t kGuidAtToGo = 424;

// Block header of 64 bytes, metadata header of 48, entries; then a checksum over all that.
constexpr std::size_t kBlockHeader = 64;
constexpr std::size_t kMetadataHeader = 48;
constexpr std::size_t kEntryHeader = 8;
constexpr std::size_t kVmkHeader = 28;
constexpr std::uint16_t kEntryVmk = 2;
constexpr std::uint16_t kValueKey = 1;
constexpr std::uint16_t kProtectionClearKey = 0;
// TPM, startup key, TPM with PIN or startup key or both, recovery password, certificate, password.
constexpr auto kProtections = std::to_array<std::uint16_t>(
    {0x0100, 0x0200, 0x0400, 0x0500, 0x0600, 0x0700, 0x0800, 0x1000, 0x2000});

struct Entry {
    std::uint16_t type = 0;
    std::uint16_t value = 0;
    ByteView content;
};

// Calls `visit` for each entry of a list that a zero length or the end of `data` ends. False: a
// length that lies.
template <class Visit>
bool for_each_entry(ByteView data, Visit visit) {
    while (data.size() >= kEntryHeader) {
        const auto size = little_endian<std::uint16_t>(data, 0);
        if (size == 0) return true;
        if (size < kEntryHeader || size > data.size()) return false;
        visit(Entry{little_endian<std::uint16_t>(data, 2), little_endian<std::uint16_t>(data, 4),
                    data.subspan(kEntryHeader, size - kEntryHeader)});
        data = data.subspan(size);
    }
    return true;
}

bool read_protector(ByteView vmk, FveMetadata& metadata) {
    if (vmk.size() < kVmkHeader) return false;
    const auto protection = little_endian<std::uint16_t>(vmk, kVmkHeader - 2);
    ++metadata.protectors;
    if (protection == kProtectionClearKey)
        metadata.clear_key = true;
    else if (std::find(kProtections.begin(), kProtections.end(), protection) == kProtections.end())
        metadata.unknown_protector = true;
    return for_each_entry(vmk.subspan(kVmkHeader), [&metadata](const Entry& each) {
        if (each.value == kValueKey) metadata.clear_key = true;
    });
}

bool checksum_is_right(ByteView area, std::size_t length) {
    if (length < kBlockHeader + kMetadataHeader || length + kEntryHeader > area.size())
        return false;
    boost::crc_32_type checksum;
    checksum.process_bytes(area.data(), length);
    return checksum.checksum() == little_endian<std::uint32_t>(area, length + 4);
}

}  // namespace

std::optional<FveBootSector> read_fve_boot_sector(ByteView sector) {
    if (sector.size() < 512 || !has_text(sector, 0, kBootCode)) return std::nullopt;
    FveBootSector result;
    result.to_go = has_text(sector, 3, kSignatureToGo);
    if (!result.to_go && !has_text(sector, 3, kSignature)) return std::nullopt;
    const auto guid = result.to_go ? kGuidAtToGo : kGuidAt;
    if (!has_text(sector, guid, kNormalGuid)) return std::nullopt;
    for (std::size_t i = 0; i < result.metadata.size(); ++i)
        result.metadata[i] =
            little_endian<std::uint64_t>(sector, guid + kNormalGuid.size() + 8 * i);
    return result;
}

std::optional<FveMetadata> read_fve_metadata(ByteView area) {
    if (area.size() < kBlockHeader + kMetadataHeader || !has_text(area, 0, kSignature))
        return std::nullopt;
    const std::size_t checked = little_endian<std::uint16_t>(area, 8) * std::size_t{16};
    const auto version = little_endian<std::uint16_t>(area, 10);
    const std::size_t size = little_endian<std::uint32_t>(area, kBlockHeader);
    if (version != 2 || !checksum_is_right(area, checked)) return std::nullopt;
    if (size < kMetadataHeader || size > checked - kBlockHeader) return std::nullopt;

    FveMetadata result;
    result.state = little_endian<std::uint16_t>(area, 12);
    result.next_state = little_endian<std::uint16_t>(area, 14);
    result.encrypted_size = little_endian<std::uint64_t>(area, 16);
    result.cipher = little_endian<std::uint16_t>(area, kBlockHeader + 36);
    bool protectors_valid = true;
    const auto entries = area.subspan(kBlockHeader + kMetadataHeader, size - kMetadataHeader);
    const bool entries_valid = for_each_entry(entries, [&](const Entry& each) {
        if (each.type == kEntryVmk)
            protectors_valid = read_protector(each.content, result) && protectors_valid;
    });
    if (!entries_valid || !protectors_valid) return std::nullopt;
    return result;
}

}  // namespace vaktpost::examine
