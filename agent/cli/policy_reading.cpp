// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/policy_reading.h"

#include <iostream>
#include <utility>

#include "agent/cli/output.h"
#include "config/file.h"
#include "config/policy_parser.h"

namespace vaktpost::cli {

std::optional<core::Policy> read_policy(const std::string& file) {
    const auto text = config::read_file(file, config::Trust::anyone);
    if (!text) {
        print_error(text.error().text());
        return std::nullopt;
    }
    auto check = config::check_policy(*text);
    for (const config::Problem& problem : check.problems)
        std::cerr << config::to_text(problem, file) << '\n';
    if (!check.problems.empty()) return std::nullopt;
    return std::move(check.policy);
}

}  // namespace vaktpost::cli
