// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/utf8.h"

#include <cstdint>

namespace vaktpost::platform {
namespace {

struct Lead {
    std::size_t length;  // 0: no character starts so
    std::uint8_t least;  // of the second byte
    std::uint8_t most;
};

constexpr Lead lead_of(std::uint8_t byte) {
    if (byte < 0x80) return {1, 0, 0};
    if (byte >= 0xc2 && byte <= 0xdf) return {2, 0x80, 0xbf};
    if (byte == 0xe0) return {3, 0xa0, 0xbf};
    if (byte == 0xed) return {3, 0x80, 0x9f};
    if (byte >= 0xe1 && byte <= 0xef) return {3, 0x80, 0xbf};
    if (byte == 0xf0) return {4, 0x90, 0xbf};
    if (byte >= 0xf1 && byte <= 0xf3) return {4, 0x80, 0xbf};
    if (byte == 0xf4) return {4, 0x80, 0x8f};
    return {0, 0, 0};
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const Lead lead = lead_of(byte(0));
    if (lead.length > text.size()) return 0;
    for (std::size_t i = 1; i < lead.length; ++i) {
        const std::uint8_t least = i == 1 ? lead.least : 0x80;
        const std::uint8_t most = i == 1 ? lead.most : 0xbf;
        if (byte(i) < least || byte(i) > most) return 0;
    }
    return lead.length;
}

}  // namespace vaktpost::platform
