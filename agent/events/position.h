// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>

#include "agent/core/types.h"

namespace vaktpost::events {

// Number of a record; orders records across epochs.
struct Position {
    std::uint64_t epoch = 0;
    core::Seq seq = 0;
    auto operator<=>(const Position&) const = default;
};

}  // namespace vaktpost::events
