// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/fill.h"

namespace vaktpost::report {

std::string fill(std::string_view page, const Parts& parts) {
    constexpr std::string_view opening = "{{";
    constexpr std::string_view closing = "}}";
    std::string filled;
    for (;;) {
        const auto start = page.find(opening);
        const auto end = page.find(closing, start);
        if (start == std::string_view::npos || end == std::string_view::npos) return filled += page;
        filled += page.substr(0, start);
        const auto name = page.substr(start + opening.size(), end - start - opening.size());
        if (const auto part = parts.find(name); part != parts.end()) filled += part->second;
        page.remove_prefix(end + closing.size());
    }
}

}  // namespace vaktpost::report
