// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/events.h"
#include "agent/core/record.h"
#include "agent/events/record_text.h"
#include "agent/events/wall_time.h"

namespace vaktpost::events {

// A record on its way to the disk.
struct Queued {
    core::Record record;
    std::shared_ptr<const Origin> origin;
    WallTime time;
    std::chrono::steady_clock::time_point since;  // when it was queued
};

// Records in the order of their numbers, bounded. When it is full, the oldest record that is not
// urgent goes, and the oldest urgent one only where there are no others. Not thread-safe.
class LogQueue {
  public:
    LogQueue(std::size_t most_records, std::size_t most_bytes)
        : most_records_(most_records), most_bytes_(most_bytes) {}

    void push(Queued item);

    // The oldest records, at most `most`; they stay counted out until put_back.
    std::vector<Queued> take(std::size_t most);
    void put_back(std::vector<Queued> items);

    // Those up to this number are stored already.
    void forget_up_to(core::Seq seq);

    // A new epoch begins with what is queued: every number of it that is not here is missing.
    void begin_epoch();

    [[nodiscard]] bool empty() const { return items_.empty(); }
    [[nodiscard]] bool has_urgent() const;
    [[nodiscard]] std::chrono::steady_clock::time_point oldest_since() const {
        return items_.front().since;
    }

    // What was dropped since this was last called, without a cause.
    std::optional<core::LogGap> take_gap();

  private:
    void drop_one();
    void shrink();

    std::size_t most_records_;
    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::size_t grouped_ = 0;  // how many are not urgent
    std::deque<Queued> items_;
    std::optional<core::LogGap> gap_;
};

}  // namespace vaktpost::events
