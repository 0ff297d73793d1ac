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

}  // namespace vaktpost::core
