// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "agent/verify/verify.h"

namespace vaktpost::cli {

// A table for each host and a line that sums up. Names of hosts are hostile: they go through
// as_word().
std::vector<std::string> report_text(const verify::Report& report);

// One JSON object for each host, and {"summary":…} at the end.
std::vector<std::string> report_json(const verify::Report& report);

}  // namespace vaktpost::cli
