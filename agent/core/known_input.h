// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/types.h"
#include "agent/core/words.h"

namespace vaktpost::core {

// What is known of a device at a port.
enum class InputKind {
    other,     // somebody has worked with it, and it is no keyboard
    keyboard,  // likewise, and it is one
    withheld,  // it was new at a locked screen: whatever is new at that port has to prove itself
};
VAKTPOST_WORDS(InputKind, "other", "keyboard", "withheld");

// A USB device with a HID interface at a port of this machine; the port is the bus and the way
// through the hubs. A plain value: it outlives the agent.
struct KnownInput {
    DeviceId port;
    std::string descriptors;  // SHA-256 over all of them, 64 hex digits; forgeable
    InputKind kind = InputKind::other;

    // Days since 1970: no more is kept of when somebody was here.
    std::int64_t first = 0;
    std::int64_t last = 0;

    bool operator==(const KnownInput&) const = default;
};
using KnownInputs = std::vector<KnownInput>;

// Why a code is asked for on a device that types, or not; what the policy says apart.
enum class ProofStanding {
    open,    // it may be asked
    passed,  // it was typed
    failed,
    paused,  // after one that failed nobody is asked for a while
    busy,    // another device is being asked
};
VAKTPOST_WORDS(ProofStanding, "open", "passed", "failed", "paused", "busy");

// What the gate for keyboards and the rescue of the only one ask about a device, beside the policy
// and what is in front.
struct InputFacts {
    std::optional<InputKind> known;  // as what, at that port with these descriptors
    bool suspected = false;          // at that port something was withheld from a locked screen
    ProofStanding proof = ProofStanding::open;
    bool other_keyboard = false;  // another one works
};

// Of those that are not plugged in, the one not seen for longest makes room. So it does at a port
// that has had too many: one device that shows itself as many must not push out the others, nor
// that it was withheld.
inline constexpr std::size_t most_known_inputs = 256;
inline constexpr std::size_t most_known_at_a_port = 16;

}  // namespace vaktpost::core
