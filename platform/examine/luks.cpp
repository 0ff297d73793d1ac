// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/luks.h"

#include <array>
#include <vector>

#include "platform/examine/bytes.h"
#include "platform/examine/cipher_spec.h"
#include "platform/examine/fat_boot_sector.h"
#include "platform/examine/loaded_header.h"
#include "platform/examine/luks2_metadata.h"
#include "platform/examine/words.h"

namespace vaktpost::examine {
namespace {

constexpr std::string_view kMagic("LUKS\xba\xbe", 6);
constexpr Bytes kLuks1Header = 4 * kKiB;
constexpr Bytes kSmallestLuks2Header = 16 * kKiB;
constexpr Bytes kLargestLuks2Header = 4 * kMiB;
constexpr Finding kInvalid{Verdict::unknown, word::header_invalid};

core::Result<LoadedHeader> load(const Medium& medium, const Partition& part, Bytes length,
                                const char* type) {
    const std::array regions{Region{0, length}};
    const auto copy = HeaderCopy::make(medium, part, regions);
    if (!copy) return copy.error();
    auto header = LoadedHeader::load(*copy, type);
    if (!header) return core::Error{0, "load header", word::header_invalid};
    return std::move(*header);
}

Finding not_loaded(const core::Error& error) {
    if (error.detail == word::read_failed) return {Verdict::error, word::read_failed};
    return kInvalid;
}

Finding judge_luks1(const Medium& medium, const Partition& part) {
    const auto header = load(medium, part, kLuks1Header, CRYPT_LUKS1);
    if (!header) return not_loaded(header.error());
    const Finding fine{Verdict::encrypted, word::luks1_header};
    const auto result = graver(fine, judge_cipher(header->cipher()));
    if (data_follows_header(header->data_offset(), part.size)) return result;
    return graver(result, {Verdict::unknown, word::data_not_covered});
}

// Two headers lie one behind the other. Whoever unlocks the part uses the newer valid one, so the
// pair is judged as libcryptsetup sees it; and the first is judged alone, which it must stand.
Finding judge_luks2(const Medium& medium, const Partition& part, Bytes header_size) {
    if (header_size < kSmallestLuks2Header || header_size > kLargestLuks2Header) return kInvalid;
    Finding result{Verdict::encrypted, word::luks2_header};
    for (const Bytes length : {header_size, 2 * header_size}) {
        const auto header = load(medium, part, length, CRYPT_LUKS2);
        if (!header) return graver(result, not_loaded(header.error()));
        result = graver(result, judge_luks2_metadata(header->luks2_metadata(), part.size));
    }
    return result;
}

}  // namespace

Finding judge_luks(const Medium& medium, const Partition& part) {
    std::array<std::byte, 512> start{};
    if (part.size < start.size()) return kInvalid;
    if (!medium.read(part.offset, start)) return {Verdict::error, word::read_failed};
    if (!has_text(start, 0, kMagic)) return kInvalid;
    if (is_fat_boot_sector(start)) return {Verdict::plain, word::hidden_file_system};
    switch (big_endian<std::uint16_t>(start, 6)) {
        case 1:
            return judge_luks1(medium, part);
        case 2:
            return judge_luks2(medium, part, big_endian<std::uint64_t>(start, 8));
        default:
            return kInvalid;
    }
}

core::Result<LoadedHeader> load_luks2(const Medium& medium, const Partition& part) {
    const core::Error none{0, "load header", word::header_invalid};
    std::array<std::byte, 16> start{};
    if (part.size < start.size() || !medium.read(part.offset, start) ||
        !has_text(start, 0, kMagic) || big_endian<std::uint16_t>(start, 6) != 2)
        return none;
    const auto size = big_endian<std::uint64_t>(start, 8);
    if (size < kSmallestLuks2Header || size > kLargestLuks2Header) return none;
    return load(medium, part, 2 * size, CRYPT_LUKS2);
}

}  // namespace vaktpost::examine
