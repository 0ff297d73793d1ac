// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/core/record.h"

namespace vaktpost::ports {

class EventLog {
  public:
    virtual ~EventLog() = default;

    // Queues the record and returns at once; a thread of the log's own commits it. Records must
    // come in the order of their numbers. Failure direction: protection goes on, records that
    // cannot be kept are counted in log.gap.
    virtual void append(const core::Record& record) = 0;
};

}  // namespace vaktpost::ports
