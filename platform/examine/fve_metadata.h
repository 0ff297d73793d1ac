// SPDX-License-Identifier: GPL-3.0-or-later
// BitLocker's metadata, read from foreign bytes without trusting a length. libcryptsetup checks the
// same bytes but does not tell which protectors there are, and does not refuse a key that is stored
// in the clear. Source: libyal/libbde, "BitLocker Drive Encryption (BDE) format".
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "platform/examine/bytes.h"
#include "platform/examine/header_copy.h"

namespace vaktpost::examine {

// An area holds one of the three copies of the metadata, with padding.
inline constexpr Bytes kFveAreaSize = 64 * kKiB;

// What the first sector of a BitLocker part says.
struct FveBootSector {
    bool to_go = false;  // begins with a small FAT file system that offers a reader program
    std::array<Bytes, 3> metadata = {};  // offsets from the start of the part, as claimed
};

// None: no BitLocker of Windows 7 or later, or a kind other than the normal one (such as
// encrypt-on-write).
std::optional<FveBootSector> read_fve_boot_sector(ByteView sector);

struct FveMetadata {
    std::uint16_t state = 0;       // now; see kFve… below
    std::uint16_t next_state = 0;  // where a conversion under way leads to
    Bytes encrypted_size = 0;      // bytes that encryption has reached, from the start of the part
    std::uint16_t cipher = 0;      // 0x8000 to 0x8005: AES in one of BitLocker's modes
    int protectors = 0;
    bool clear_key = false;  // one of them is the key itself
    bool unknown_protector = false;
};

inline constexpr std::uint16_t kFveEncrypted = 4;

// None: not a valid area (signature, version, lengths, checksum).
std::optional<FveMetadata> read_fve_metadata(ByteView area);

}  // namespace vaktpost::examine
