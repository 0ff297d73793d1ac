// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vaktpost::events {

// The longest text a record holds, in bytes.
inline constexpr std::size_t text_limit = 256;

// Valid UTF-8 (RFC 3629) of at most text_limit bytes, cut between characters. Bytes that are none,
// DEL and the C1 controls become U+FFFD: a terminal may obey them, and JSON leaves them as they
// are. The C0 controls stay, JSON escapes those.
std::string clean_text(std::string_view text);

}  // namespace vaktpost::events
