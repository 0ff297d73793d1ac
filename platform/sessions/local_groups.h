// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace vaktpost::platform {

// The names of an account's groups, as /etc/passwd and /etc/group have them. Those files alone:
// other sources would ask the network, and load libraries into the agent. Reads small local files.
std::vector<std::string> local_groups(const std::string& user);

}  // namespace vaktpost::platform
