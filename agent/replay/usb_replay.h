// SPDX-License-Identifier: GPL-3.0-or-later
// Has core judge a device again, alone, with everything around it as it was.
#pragma once

#include "agent/replay/answer.h"
#include "agent/replay/rules.h"
#include "agent/replay/usb_record.h"

namespace vaktpost::replay {

// Or why that cannot be told; then `state` says nothing.
struct JudgedAgain {
    std::optional<Untold> untold;
    core::State state;
};

// When core judges: any instant will do, what it reckons with is the time of the record.
inline constexpr core::Instant judged_at{std::chrono::hours(1)};

JudgedAgain judge_again(const UsbRecord& usb, Rules& rules);

// Nothing: it was no decision of its own but followed from what was found on a medium.
std::optional<Answer> replay_usb(const Recorded& record, Rules& rules);

}  // namespace vaktpost::replay
