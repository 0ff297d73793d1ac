// SPDX-License-Identifier: GPL-3.0-or-later
// The chain: each record names the SHA-256 of the one stored before it, so a record that is
// removed, changed or inserted shows in every later one.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vaktpost::events {

using Digest = std::array<std::uint8_t, 32>;
using Salt = std::array<std::uint8_t, 16>;

// What the first record of an epoch names as the one before it.
inline constexpr Digest no_record{};

// Over the text exactly as it is stored.
Digest digest_of(std::string_view stored_text);

// From the kernel (getrandom(2)); a record's hash then gives nothing away about its content.
Salt fresh_salt();

// Lower-case hex digits.
std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace vaktpost::events
