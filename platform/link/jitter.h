// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/random.h>

#include <cstdint>

#include "agent/core/time.h"

namespace vaktpost::link {

// The time times something between 0.5 and 1.5: a receiver that is back is not met by all machines
// at once.
constexpr core::Duration jittered(core::Duration time, std::uint16_t chance) {
    return time / 2 + time * chance / 65535;
}

inline core::Duration jittered(core::Duration time) {
    std::uint16_t chance = 0;  // without randomness: half the time
    (void)!::getrandom(&chance, sizeof chance, GRND_NONBLOCK);
    return jittered(time, chance);
}

}  // namespace vaktpost::link
