// SPDX-License-Identifier: GPL-3.0-or-later
// Texts made from the key tables, so that they cannot drift from the parser. The committed copies
// are checked by the tests and written by vaktpost-generate-config.
#pragma once

#include <string>

namespace vaktpost::config {

std::string
default_policy_toml();  // config/default-policy.toml: parses to the defaults, plus one rule
std::string settings_sample_toml();  // config/examples/agent.toml: every key, commented out
std::string policy_manual();         // vaktpost-policy(5), man(7) source
std::string settings_manual();       // vaktpost-agent.toml(5), man(7) source

}  // namespace vaktpost::config
