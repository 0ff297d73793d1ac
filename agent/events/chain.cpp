// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/chain.h"

#include <nettle/sha2.h>
#include <sys/random.h>

namespace vaktpost::events {

Digest digest_of(std::string_view stored_text) {
    sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, stored_text.size(),
                  reinterpret_cast<const std::uint8_t*>(stored_text.data()));
    Digest digest;
    sha256_digest(&context, digest.size(), digest.data());
    return digest;
}

Salt fresh_salt() {
    // Up to 256 bytes the kernel gives all or nothing, and nothing only before its pool is filled
    // at boot.
    Salt salt{};
    while (::getrandom(salt.data(), salt.size(), 0) < 0) {
    }
    return salt;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

}  // namespace vaktpost::events
