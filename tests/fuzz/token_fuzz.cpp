// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON of a LUKS2 header that a medium made up. Nobody but the organisation can make a token
// that counts.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "platform/token/token_check.h"

using namespace vaktpost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A point on the curve of which nobody here knows the private key.
    static const auto key =
        token::parse_public_key("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto token =
        token::check_token(text, "0a1b2c3d-0000-4000-8000-000000000001", std::span(&*key, 1));
    if (token.state == core::TokenState::valid) std::abort();
    for (const auto& serial : token.claimed)
        if (!token::is_name(serial)) std::abort();
    if (!token.organisation.empty() || !token.unit.empty() || !token.serial.empty()) std::abort();
    return 0;
}
