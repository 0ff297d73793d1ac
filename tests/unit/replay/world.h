// SPDX-License-Identifier: GPL-3.0-or-later
// A workstation that core guards by a policy, and the log it writes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/core/decide.h"
#include "agent/events/record_text.h"
#include "agent/replay/replay.h"

namespace vaktpost::test {

class World {
  public:
    explicit World(core::Policy policy, std::string host = "ward-pc-7")
        : policy_(std::move(policy)), host_(std::move(host)) {
        state_.seats[{"seat0"}].keyboard = true;
    }

    // Fires what is due until then.
    void wait(core::Duration time) {
        const auto end = now_ + time;
        while (fire_next(end)) {
        }
        now_ = end;
    }

    void tell(const core::Event& event) {
        for (const auto& action : core::decide(state_, policy_, event, now_)) perform(action);
    }

    void tell_time() {
        tell(core::TimeTold{(begin + now_.time_since_epoch() / std::chrono::milliseconds(1) *
                                         std::chrono::milliseconds(1)),
                            std::chrono::hours(1)});
    }

    [[nodiscard]] core::Instant now() const { return now_; }
    [[nodiscard]] const core::State& state() const { return state_; }
    [[nodiscard]] const std::vector<std::string>& log() const { return log_; }

  private:
    bool fire_next(core::Instant end) {
        auto first = deadlines_.end();
        for (auto each = deadlines_.begin(); each != deadlines_.end(); ++each)
            if (each->second <= end && (first == deadlines_.end() || each->second < first->second))
                first = each;
        if (first == deadlines_.end()) return false;
        const auto id = first->first;
        now_ = std::max(now_, first->second);
        deadlines_.erase(first);
        tell(core::DeadlineReached{id});
        return true;
    }

    void perform(const core::Action& action) {
        if (const auto* set = std::get_if<core::SetDeadline>(&action))
            deadlines_[set->id] = set->at;
        if (const auto* cancel = std::get_if<core::CancelDeadline>(&action))
            deadlines_.erase(cancel->id);
        if (const auto* append = std::get_if<core::AppendEvent>(&action)) write(append->record);
    }

    void write(const core::Record& record) {
        const events::Origin origin{host_, {}, "boot", policy_.version, std::string(64, 'a')};
        events::Stamp stamp;
        stamp.epoch = 1;
        stamp.time = events::WallTime(
            begin + std::chrono::duration_cast<core::WallTime>(record.at.time_since_epoch()));
        log_.push_back(events::record_text(record, origin, stamp));
    }

    // Monday, 2026-11-23T07:00:00Z
    static constexpr core::WallTime begin{1'795'417'200'000};

    core::Policy policy_;
    std::string host_;
    core::State state_;
    core::Instant now_{std::chrono::minutes(1)};
    std::map<core::DeadlineId, core::Instant> deadlines_;
    std::vector<std::string> log_;
};

struct Replayed {
    replay::Tally tally;
    std::vector<replay::Difference> differences;
};

inline Replayed replayed(const std::vector<std::string>& log, const core::Policy& policy,
                         bool tags_known = true) {
    replay::Rules rules(policy, tags_known);
    Replayed result;
    replay::Replay replay(
        [&](const std::string&) -> replay::Rules& { return rules; },
        [&](const replay::Difference& each) { result.differences.push_back(each); });
    for (const auto& line : log) replay.take(line);
    replay.finish();
    result.tally = replay.tally();
    return result;
}

}  // namespace vaktpost::test
