// SPDX-License-Identifier: GPL-3.0-or-later
// Source: libyal/libfvde, "FileVault Drive Encryption (FVDE)"; offsets as cryptsetup 2.6 reads
// them.
#include "platform/examine/filevault.h"

#include <nettle/xts.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "platform/examine/bytes.h"
#include "platform/examine/loaded_header.h"
#include "platform/examine/words.h"

namespace vaktpost::examine {
namespace {

constexpr std::size_t kHeader = 512;
constexpr std::size_t kBlock = 8192;
constexpr Bytes kMostMetadata = 4 * kMiB;
constexpr Bytes kFurthest = 1024 * kMiB;
constexpr std::uint16_t kUsersBlock = 0x0019;
constexpr Finding kInvalid{Verdict::unknown, word::header_invalid};

using Header = std::array<std::byte, kHeader>;
using Block = std::array<std::byte, kBlock>;

// Where the header says its metadata lies; offsets from the start of the part.
struct Metadata {
    Region label;       // not encrypted; tells where the rest is
    Region descriptor;  // likewise
    Region blocks;      // encrypted under a key that the header holds in clear
};

std::optional<Bytes> block_offset(Bytes number, Bytes block_size) {
    if (block_size == 0 || number > kFurthest / block_size) return std::nullopt;
    return number * block_size;
}

std::optional<Metadata> find_metadata(const Medium& medium, const Partition& part,
                                      const Header& header) {
    const Bytes block_size = little_endian<std::uint32_t>(header, 96);
    const auto label = block_offset(little_endian<std::uint64_t>(header, 104), block_size);
    Block block;
    if (!label || *label > part.size || kBlock > part.size - *label ||
        !medium.read(part.offset + *label, block))
        return std::nullopt;
    const Bytes descriptor = *label + little_endian<std::uint32_t>(block, 220);
    std::array<std::byte, 40> group;
    if (descriptor > part.size || group.size() > part.size - descriptor ||
        !medium.read(part.offset + descriptor, group))
        return std::nullopt;
    const auto blocks = block_offset(little_endian<std::uint64_t>(group, 32), block_size);
    if (!blocks) return std::nullopt;
    const auto count = std::min(little_endian<std::uint64_t>(group, 8), kMostMetadata / kBlock);
    return Metadata{{*label, kBlock}, {descriptor, kBlock}, {*blocks, count * kBlock}};
}

class MetadataCipher {
  public:
    explicit MetadataCipher(const Header& header) {
        std::array<std::byte, 32> key;
        std::copy_n(header.begin() + 176, 16, key.begin());  // key data
        std::copy_n(header.begin() + 304, 16,
                    key.begin() + 16);  // identifier of the physical volume
        xts_aes128_set_decrypt_key(&context_, reinterpret_cast<const std::uint8_t*>(key.data()));
    }

    void decrypt(Block& block, std::uint8_t low, std::uint8_t high) {
        const std::array<std::uint8_t, XTS_BLOCK_SIZE> tweak{low, high};
        auto* bytes = reinterpret_cast<std::uint8_t*>(block.data());
        xts_aes128_decrypt_message(&context_, tweak.data(), block.size(), bytes, bytes);
    }

  private:
    xts_aes128_key context_{};
};

// "<key>ConversionStatus</key><string ID="24">Complete</string>" in a property list.
Finding judge_users_block(std::string_view text) {
    constexpr std::string_view kKey = "<key>ConversionStatus</key><string";
    const auto key = text.find(kKey);
    if (key == std::string_view::npos) return kInvalid;
    const auto value = text.find('>', key + kKey.size());
    if (value == std::string_view::npos) return kInvalid;
    if (text.substr(value + 1).starts_with("Complete<"))
        return {Verdict::encrypted, word::filevault_metadata};
    return {Verdict::plain, word::conversion_unfinished};
}

Finding judge_conversion(const Medium& medium, const Partition& part, const Header& header,
                         const Region& blocks) {
    MetadataCipher cipher(header);
    std::optional<Finding> result;
    for (Bytes i = 0; i < blocks.size / kBlock; ++i) {
        Block block;
        const auto offset = blocks.offset + i * kBlock;
        if (offset > part.size || kBlock > part.size - offset) break;
        if (!medium.read(part.offset + offset, block)) return {Verdict::error, word::read_failed};
        if (std::all_of(block.begin(), block.end(),
                        [](std::byte each) { return each == std::byte{0}; }))
            break;
        cipher.decrypt(block, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8U));
        if (little_endian<std::uint16_t>(block, 10) != kUsersBlock) continue;
        const auto found =
            judge_users_block({reinterpret_cast<const char*>(block.data()), block.size()});
        result = result ? graver(*result, found) : found;
    }
    return result.value_or(kInvalid);
}

}  // namespace

bool is_core_storage(const Medium& medium, const Partition& part) {
    Header header;
    return part.size >= kHeader && medium.read(part.offset, header) && has_text(header, 88, "CS") &&
           little_endian<std::uint16_t>(header, 8) == 1;
}

Finding judge_filevault(const Medium& medium, const Partition& part) {
    Header header;
    if (part.size < kHeader || !medium.read(part.offset, header))
        return {Verdict::error, word::read_failed};
    const auto metadata = find_metadata(medium, part, header);
    if (!metadata) return kInvalid;
    const std::array regions{Region{0, 4 * kKiB}, metadata->label, metadata->descriptor,
                             metadata->blocks};
    const auto copy = HeaderCopy::make(medium, part, regions);
    if (!copy) return {Verdict::error, word::read_failed};
    if (!LoadedHeader::load(*copy, CRYPT_FVAULT2)) return kInvalid;
    return judge_conversion(medium, part, header, metadata->blocks);
}

}  // namespace vaktpost::examine
