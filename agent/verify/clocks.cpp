// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/clocks.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

namespace vaktpost::verify {
namespace {

using events::Position;

constexpr std::int64_t jump_ms = 2000;
// A clock that is being slewed runs at most 500 millionths fast or slow (adjtimex(2)); and again as
// much for a quartz that drifts.
constexpr std::int64_t drift_parts = 1000;
// A record may be handed over later than one that was made after it, but not by so much.
constexpr std::int64_t disorder_us = 60'000'000;
// The record about a changed clock stands so near to the jump.
constexpr std::ptrdiff_t near_records = 16;
constexpr std::int64_t usual_heartbeat_ms = 15LL * 60 * 1000;

struct Boot {
    Position first;
    std::int64_t latest_us = 0;
    bool ended = false;  // records of another start have come
};

struct Copy {
    const Entry* copy;
    const Entry* original;
};

Range only(const Entry& entry) {
    return {entry.position.epoch, entry.position.seq, entry.position.seq};
}

std::string in_seconds(std::int64_t milliseconds) {
    return std::to_string(milliseconds / 1000) + " s";
}

class ClockCheck {
  public:
    ClockCheck(const Ledger& ledger, HostVerdict& verdict)
        : entries_(ledger.entries), verdict_(verdict) {}

    void run() {
        for (const Entry& entry : entries_) {
            if (!entry.is_record()) continue;
            note_time(entry);
            if (before_ != nullptr && before_->boot == entry.boot)
                same_boot(entry);
            else
                other_boot(entry);
            before_ = &entry;
        }
        verdict_.stopped = before_ != nullptr && (before_->traits & stop_trait) != 0;
        learn_heartbeat();
        find_repeated_salts();
    }

  private:
    void note_time(const Entry& entry) {
        verdict_.first_ms = std::min(verdict_.first_ms.value_or(entry.time_ms), entry.time_ms);
        verdict_.last_ms = std::max(verdict_.last_ms.value_or(entry.time_ms), entry.time_ms);
        if ((entry.traits & heartbeat_trait) == 0) return;
        if (heartbeat_ != nullptr && heartbeat_->boot == entry.boot &&
            entry.boot_us > heartbeat_->boot_us)
            heartbeats_ms_.push_back((entry.boot_us - heartbeat_->boot_us) / 1000);
        heartbeat_ = &entry;
    }

    void same_boot(const Entry& entry) {
        Boot& boot = boots_[entry.boot];
        if (entry.boot_us + disorder_us < boot.latest_us)
            verdict_.add({Kind::replayed, Rank::unexplained, only(entry),
                          to_text(entry.position) + " was made before the records in front of it"});
        boot.latest_us = std::max(boot.latest_us, entry.boot_us);
        const std::int64_t elapsed_ms = (entry.boot_us - before_->boot_us) / 1000;
        const std::int64_t jump = entry.time_ms - before_->time_ms - elapsed_ms;
        if (std::abs(jump) > jump_ms + std::abs(elapsed_ms) / drift_parts) report_jump(entry, jump);
    }

    void other_boot(const Entry& entry) {
        if (before_ != nullptr) boots_[before_->boot].ended = true;
        const auto [boot, is_new] =
            boots_.try_emplace(entry.boot, Boot{entry.position, entry.boot_us, false});
        if (!is_new && boot->second.ended) {
            verdict_.add({Kind::replayed, Rank::unexplained, only(entry),
                          "from " + to_text(entry.position) +
                              " on the start of the machine that began at " +
                              to_text(boot->second.first) +
                              " stands again: an old epoch replayed, or two hosts with one name"});
            boot->second.ended = false;
            boot->second.latest_us = entry.boot_us;
        }
        if (before_ == nullptr || entry.time_ms >= before_->time_ms - jump_ms) return;
        report_jump(entry, entry.time_ms - before_->time_ms);
    }

    void report_jump(const Entry& entry, std::int64_t jump) {
        const bool told = is_told(entry);
        std::string text =
            "the wall clock jumped by " + in_seconds(jump) + " before " + to_text(entry.position);
        if (told) text += ", as clock.changed tells";
        verdict_.add({Kind::clock, told ? Rank::note : Rank::explained, only(entry), text});
    }

    [[nodiscard]] bool is_told(const Entry& entry) const {
        const auto at = &entry - entries_.data();
        const auto from = std::max<std::ptrdiff_t>(0, at - near_records);
        const auto to = std::min<std::ptrdiff_t>(std::ssize(entries_), at + near_records + 1);
        return std::any_of(entries_.begin() + from, entries_.begin() + to, [](const Entry& each) {
            return each.is_record() && (each.traits & clock_trait) != 0;
        });
    }

    // The median: sleep and busy times spoil a few.
    void learn_heartbeat() {
        verdict_.heartbeat_ms = usual_heartbeat_ms;
        if (heartbeats_ms_.empty()) return;
        const auto middle = heartbeats_ms_.begin() + std::ssize(heartbeats_ms_) / 2;
        std::nth_element(heartbeats_ms_.begin(), middle, heartbeats_ms_.end());
        verdict_.heartbeat_ms = std::max<std::int64_t>(*middle, 1000);
    }

    // The kernel never gives the same 64 bits twice, as far as anybody will see.
    void find_repeated_salts() {
        std::vector<std::pair<std::uint64_t, const Entry*>> salts;
        salts.reserve(entries_.size());
        for (const Entry& entry : entries_)
            if (entry.is_record()) salts.emplace_back(entry.salt, &entry);
        std::sort(salts.begin(), salts.end());
        std::vector<Copy> copies;
        for (std::size_t i = 1; i < salts.size(); ++i)
            if (salts[i].first == salts[i - 1].first)
                copies.push_back({salts[i].second, salts[i - 1].second});
        std::sort(copies.begin(), copies.end(),
                  [](const Copy& a, const Copy& b) { return a.copy < b.copy; });
        for (std::size_t i = 0; i < copies.size();) i = report_copies(copies, i);
    }

    // A row of records replayed is one finding; gives where the next one begins.
    std::size_t report_copies(const std::vector<Copy>& copies, std::size_t from) {
        std::size_t to = from + 1;
        while (to < copies.size() && follows(*copies[to - 1].copy, *copies[to].copy) &&
               follows(*copies[to - 1].original, *copies[to].original))
            ++to;
        const Position first = copies[from].copy->position;
        const Position last = copies[to - 1].copy->position;
        verdict_.add({Kind::replayed,
                      Rank::unexplained,
                      {first.epoch, first.seq, last.seq},
                      to_text(first) + " has the salt of " +
                          to_text(copies[from].original->position) + ": replayed"});
        return to;
    }

    static bool follows(const Entry& a, const Entry& b) {
        return a.position.epoch == b.position.epoch && a.position.seq + 1 == b.position.seq;
    }

    const std::span<const Entry> entries_;
    HostVerdict& verdict_;
    const Entry* before_ = nullptr;     // the record before
    const Entry* heartbeat_ = nullptr;  // the heartbeat before
    std::unordered_map<std::uint64_t, Boot> boots_;
    std::vector<std::int64_t> heartbeats_ms_;
};

}  // namespace

void check_clocks(const Ledger& ledger, HostVerdict& verdict) {
    ClockCheck(ledger, verdict).run();
}

}  // namespace vaktpost::verify
