// SPDX-License-Identifier: GPL-3.0-or-later
// Has core judge a medium again, as it was found then, behind its device as that would be judged.
#pragma once

#include "agent/replay/answer.h"
#include "agent/replay/recorded.h"
#include "agent/replay/rules.h"

namespace vaktpost::replay {

// `device`: the newest decision about the USB device behind it; null: there is none.
// Untold::device: it is not the one that this medium was judged by, which may be recorded a moment
// later.
Answer replay_medium(const Recorded& record, const Recorded* device, Rules& rules);

}  // namespace vaktpost::replay
