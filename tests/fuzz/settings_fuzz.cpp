// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as settings: no crash, and every problem is a place in the file and a printable
// message.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto lines = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    for (const auto& problem : vaktpost::config::check_settings(text).problems) {
        const bool printable = std::all_of(problem.message.begin(), problem.message.end(),
                                           [](char c) { return c >= ' ' && c <= '~'; });
        if (!printable || problem.line < 1 || problem.line > lines || problem.column < 1)
            std::abort();
    }
    return 0;
}
