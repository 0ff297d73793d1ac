// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/wall.h"

namespace vaktpost::token {

inline constexpr std::string_view type_name = "vaktpost";
inline constexpr std::int64_t format = 1;
inline constexpr std::size_t longest_name = 32;

// What is signed of a token's own fields.
struct Content {
    std::string organisation;
    std::string unit;
    std::string serial;
    std::string issued;   // "2026-11-25"
    std::string expires;  // the last day
    std::string recovery;
};

// 1 to 32 letters, digits and "._-": of organisation, unit and serial.
bool is_name(std::string_view text);

// "2026-11-25", a day there is, as its beginning.
std::optional<core::WallTime> parse_day(std::string_view text);

// What a LUKS2 header (its JSON) keeps of its volume key. Empty where it has no digest, several, or
// more than one segment: then nothing is bound to anything.
std::string volume_key_digest(const boost::json::value& metadata);

// The bytes that are signed. Every field has been checked, so none holds a line break.
std::string signed_text(const Content& content, std::string_view volume, std::string_view digest);

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

// 64 hex digits.
std::optional<PublicKey> parse_public_key(std::string_view hex);
std::optional<Signature> parse_signature(std::string_view hex);
std::string to_hex(const std::uint8_t* bytes, std::size_t size);
std::string key_id(const PublicKey& key);

}  // namespace vaktpost::token
