// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>

namespace vaktpost::session_helper {

// A line for the user's journal, with the priority prefix of sd-daemon(3). Never carries text from
// devices.
inline void warn(const char* what, const char* detail) {
    std::fprintf(stderr, "<4>%s: %s\n", what, detail);
}

}  // namespace vaktpost::session_helper
