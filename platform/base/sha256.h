// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace vaktpost::platform {

// FIPS 180-4, as 64 hex digits in lower case.
std::string sha256_hex(std::span<const std::uint8_t> bytes);

}  // namespace vaktpost::platform
