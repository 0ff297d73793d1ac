// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/record.h"

#include <algorithm>

namespace vaktpost::core {

std::string short_code(Seq seq) {
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::string code;
    for (; seq != 0 || code.size() < 4; seq /= alphabet.size())
        code += alphabet[seq % alphabet.size()];
    std::reverse(code.begin(), code.end());
    return code;
}

std::string hex_text(unsigned value, int digits) {
    constexpr std::string_view alphabet = "0123456789abcdef";
    std::string text(static_cast<std::size_t>(digits), '0');
    for (auto place = text.rbegin(); place != text.rend(); ++place, value /= 16)
        *place = alphabet[value % 16];
    return text;
}

}  // namespace vaktpost::core
