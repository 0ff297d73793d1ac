// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/sha256.h"

#include <nettle/sha2.h>

#include <array>
#include <string_view>

namespace vaktpost::platform {

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_ctx context{};
    sha256_init(&context);
    sha256_update(&context, bytes.size(), bytes.data());
    sha256_digest(&context, digest.size(), digest.data());
    std::string text;
    for (const std::uint8_t byte : digest) {
        text += digits[byte >> 4U];
        text += digits[byte & 0xfU];
    }
    return text;
}

}  // namespace vaktpost::platform
