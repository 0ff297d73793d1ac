// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace vaktpost::platform {

// How many bytes the character at the start of `text` has, by RFC 3629, section 4; 0: none starts
// there. Overlong forms, surrogates and what is beyond U+10FFFF are none. `text` is not empty.
std::size_t utf8_length(std::string_view text);

}  // namespace vaktpost::platform
