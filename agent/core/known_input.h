// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/types.h"

namespace vaktpost::core {

// A USB device with a HID interface that somebody has worked with at that port of this machine. A
// plain value: it outlives the agent.
struct KnownInput {
    DeviceId port;
    std::string descriptors;  // SHA-256 over all of them, 64 hex digits; forgeable
    bool types = false;       // it is known as a keyboard; false: as something that is none

    // Days since 1970: no more is kept of when somebody was here.
    std::int64_t first = 0;
    std::int64_t last = 0;

    bool operator==(const KnownInput&) const = default;
};
using KnownInputs = std::vector<KnownInput>;

// The one not seen for longest makes room.
inline constexpr std::size_t most_known_inputs = 256;

}  // namespace vaktpost::core
