// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "config/policy_parser.h"
#include "config/settings.h"

namespace vaktpost::config {

// "LINE:COL: message", or "" where the text is good.
inline std::string first(const std::vector<Problem>& problems) {
    return problems.empty() ? std::string() : to_text(problems.front(), "f").substr(2);
}

inline std::string policy_problem(std::string_view text) {
    return first(check_policy(text).problems);
}

inline std::string settings_problem(std::string_view text) {
    return first(check_settings(text).problems);
}

}  // namespace vaktpost::config
