// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace vaktpost::config {

inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// Bytes of the UTF-8 character at the start of `text` (RFC 3629, section 4); 0 when there is none.
// Precondition: not empty.
std::size_t utf8_length(std::string_view text);

}  // namespace vaktpost::config
