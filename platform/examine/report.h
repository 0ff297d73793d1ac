// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/medium.h"

namespace vaktpost::examine {

// What --identify adds: for the agent, never for a log.
struct Identification {
    std::vector<std::string> volumes;
    core::Token token;
};

// The one line that vaktpost-examine prints, newline included; its format is in README.md. At most
// 64 KiB.
std::string report_line(const core::Examination& examination,
                        const std::optional<Identification>& identification = std::nullopt);

// 0 encrypted, 1 plain, 2 unknown, 3 error
int exit_status(core::Verdict verdict);

// An examination that could not be made; `reason` is one of word.h's.
core::Examination failed_examination(const std::string& reason);

}  // namespace vaktpost::examine
