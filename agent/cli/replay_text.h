// SPDX-License-Identifier: GPL-3.0-or-later
// What `vaktpost replay` prints, for people and as JSON. Records are hostile: all that comes from
// them goes through as_word() or JSON.
#pragma once

#include <string>
#include <vector>

#include "agent/replay/replay.h"

namespace vaktpost::cli {

std::string difference_line(const replay::Difference& difference);
std::string difference_json(const replay::Difference& difference);

std::vector<std::string> summary_lines(const replay::Tally& tally);
std::string summary_json(const replay::Tally& tally);

}  // namespace vaktpost::cli
