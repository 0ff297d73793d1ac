// SPDX-License-Identifier: GPL-3.0-or-later
#include <iostream>
#include <memory>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "config/file.h"
#include "config/policy_parser.h"

namespace vaktpost::cli {

int run_policy_check(const std::string& file) {
    const auto text = config::read_file(file, config::Trust::anyone);
    if (!text) {
        print_error(text.error().text());
        return 1;
    }
    const auto check = config::check_policy(*text);
    for (const config::Problem& problem : check.problems)
        std::cerr << config::to_text(problem, file) << '\n';
    return check.problems.empty() ? 0 : 1;
}

void add_policy(CLI::App& app, int& exit_status) {
    CLI::App* policy = app.add_subcommand("policy", "Works on policy files.");
    policy->require_subcommand(1);
    auto file = std::make_shared<std::string>();
    CLI::App* check = policy->add_subcommand("check",
                                             "Reads a policy file. Exit status 0: valid, 1: with a "
                                             "line FILE:LINE:COL: message for each problem.");
    check->add_option("FILE", *file, "the policy")->required();
    check->callback([file, &exit_status] { exit_status = run_policy_check(*file); });
    add_policy_explain(*policy, exit_status);
    add_policy_suggest(*policy, exit_status);
}

}  // namespace vaktpost::cli
