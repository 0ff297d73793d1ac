// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "agent/core/events.h"
#include "agent/core/result.h"
#include "agent/events/event_store.h"
#include "agent/events/expiry.h"
#include "agent/events/log_queue.h"
#include "agent/events/log_room.h"
#include "agent/events/log_start.h"
#include "agent/events/routine_ledger.h"
#include "agent/events/shipping.h"

namespace vaktpost::events {

// An open log: puts records into their place in the chain, remembers how far the centre has got,
// and keeps within its room. Blocks on the disk; the log's thread alone. After an error it is to be
// thrown away and the log opened again: what the disk really holds shows then.
class Spool {
  public:
    static core::Result<Spool> begin(EventStore store, const LogStart& plan);

    // All of it or nothing. An acknowledgement of what is not there yet, or was acknowledged
    // before, is ignored.
    core::Status store(const std::vector<Queued>& batch, std::optional<Position> acknowledged);

    // Removes what must go. The events ask for the records that tell of it.
    core::Result<std::vector<core::Event>> tidy(const LogRoom& room);

    // What a run before removed and could not record any more.
    core::Result<std::vector<core::Event>> untold();

    [[nodiscard]] const Head& head() const { return head_; }
    [[nodiscard]] const Shipping& shipping() const { return shipping_; }

  private:
    Spool(EventStore store, const LogStart& plan);
    core::Record completed(const core::Record& record, RoutineLedger& ledger, Beside& beside) const;
    [[nodiscard]] bool is_news(Position acknowledged) const;
    core::Status count_waiting();
    core::Result<std::optional<core::LogFilling>> filling(const LogRoom& room);

    EventStore store_;
    Head head_;  // what the next record follows
    RoutineLedger ledger_;
    Shipping shipping_;
    Expiry expiry_;
    bool filling_told_ = false;
};

}  // namespace vaktpost::events
