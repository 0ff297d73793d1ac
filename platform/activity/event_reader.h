// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <linux/input.h>

#include <optional>
#include <span>

#include "agent/core/events.h"
#include "agent/core/time.h"
#include "platform/activity/input_kind.h"

namespace vaktpost::platform {

struct NewestActivity {
    std::optional<core::Instant> movement;  // none: nothing a person did
    std::optional<core::Instant> deliberate;
    bool gone = false;  // the device has left; its descriptor is of no more use
};

// Reads all that an evdev descriptor has queued (non-blocking, EVIOCSCLOCKID set to CLOCK_BOOTTIME)
// and keeps the times of the newest events a person can have caused. Which key it was passes
// through `buffer` only, and the buffer is wiped before this returns.
//
// Repeats of a held key (value 2) do not count: a book on the keyboard is not a person. Its first
// press does. When the kernel's ring overflowed, it holds SYN_DROPPED and the newest event. If that
// event is the bare end of a packet, the lost packet counts at that time as `lost`, unless key
// repeats follow: then it was a held key that filled the ring.
NewestActivity read_newest(int fd, InputKind kind, core::ActivityKind lost,
                           std::span<input_event> buffer);

}  // namespace vaktpost::platform
