// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "agent/core/types.h"
#include "agent/core/words.h"

namespace vaktpost::core {

enum class Removed {
    lost,     // before the centre had them
    all,      // everything up to `last` and of earlier epochs; first is 1
    routine,  // records of the day's work that had only been kept on this machine
};
VAKTPOST_WORDS(Removed, "lost", "all", "routine");

// Records that the log has removed by its own rules, all of one epoch.
struct Removal {
    Removed what = Removed::lost;
    std::uint64_t epoch = 0;
    Seq first = 0;
    Seq last = 0;
    std::uint64_t count = 0;  // of first to last; the others are there
    std::string cause;        // closed list: "size", "retention", "damage"

    bool operator==(const Removal&) const = default;
};

}  // namespace vaktpost::core
