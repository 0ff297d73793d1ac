// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "agent/cli/commands.h"
#include "agent/cli/policy_reading.h"

namespace vaktpost::cli {

int run_policy_check(const std::string& file) {
    return read_policy(file) ? 0 : 1;
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
