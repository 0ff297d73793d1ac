// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "agent/events/position.h"

namespace vaktpost::events {

// How far the centre has got.
struct Shipping {
    Position acknowledged;      // {0, 0}: it has nothing yet
    std::uint64_t waiting = 0;  // records that are to leave the machine and that it does not have
};

}  // namespace vaktpost::events
