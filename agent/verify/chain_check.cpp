// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/chain_check.h"

#include <string>

namespace vaktpost::verify {
namespace {

bool digest_is_known(const Entry& entry) {
    return entry.form != Form::known;
}

// The record is there, or stays where a log.routine says, with its digest.
bool is_accounted_for(const Entry& entry) {
    return entry.is_record() || entry.form == Form::counted;
}

bool adjoins(const Entry& a, const Entry& b) {
    return a.position.epoch == b.position.epoch && a.position.seq + 1 == b.position.seq;
}

Range only(const Entry& entry) {
    return {entry.position.epoch, entry.position.seq, entry.position.seq};
}

class ChainCheck {
  public:
    ChainCheck(std::span<const Entry> entries, HostVerdict& verdict)
        : entries_(entries), verdict_(verdict) {}

    void run() {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            const bool holds = link(i);
            extend(entries_[i], holds && i > 0 && adjoins(entries_[i - 1], entries_[i]));
        }
        end_range();
    }

  private:
    // False: the chain is broken in front of it.
    bool link(std::size_t i) {
        const Entry& entry = entries_[i];
        if (!entry.is_record()) return true;
        const bool first = i == 0 || entries_[i - 1].position.epoch != entry.position.epoch;
        if (first) return link_first(i);
        const Entry& before = entries_[i - 1];
        if (!adjoins(before, entry)) return link_over_hole(entry);
        if (!digest_is_known(before) || before.digest == entry.prev) return true;
        report_break(i);
        return false;
    }

    bool link_first(std::size_t i) {
        const Entry& entry = entries_[i];
        if (entry.position.seq != 1 || entry.prev == events::no_record) return true;
        const auto text =
            to_text(entry.position) + " begins its epoch, yet names a record before it";
        verdict_.add({Kind::changed, Rank::unexplained, only(entry), text});
        return false;
    }

    // Records that were never stored leave the chain whole; others cannot be checked here. No
    // record begins a chain in the middle of an epoch.
    bool link_over_hole(const Entry& entry) {
        if (entry.prev != events::no_record) return true;
        const auto text =
            to_text(entry.position) + " names no record before it, and there are some";
        verdict_.add({Kind::changed, Rank::unexplained, only(entry), text});
        return false;
    }

    void report_break(std::size_t i) {
        if (blamed_ == i - 1) return;  // it chains on neither side, and that was said
        const Entry& before = entries_[i - 1];
        const Entry& entry = entries_[i];
        const bool last = i + 1 == entries_.size() || !adjoins(entry, entries_[i + 1]) ||
                          !entries_[i + 1].is_record();
        if (!last && entries_[i + 1].prev != entry.digest) {
            blamed_ = i;
            verdict_.add({Kind::inserted, Rank::unexplained, only(entry),
                          to_text(entry.position) +
                              " fits neither the record before it nor the one "
                              "behind it: put in, or changed"});
            return;
        }
        std::string text = to_text(before.position) + " is not what " + to_text(entry.position) +
                           " names as the record before it: changed";
        if (last) text += ", or " + to_text(entry.position) + " was put in";
        verdict_.add({Kind::changed, Rank::unexplained, only(before), text});
    }

    void extend(const Entry& entry, bool chained) {
        if (!chained || !is_accounted_for(entry) || range_.last == 0) end_range();
        if (!is_accounted_for(entry)) return;
        if (range_.last == 0) range_ = {entry.position.epoch, entry.position.seq, 0};
        range_.last = entry.position.seq;
    }

    void end_range() {
        if (range_.last != 0) verdict_.add_complete(range_);
        range_ = {};
    }

    const std::span<const Entry> entries_;
    HostVerdict& verdict_;
    std::size_t blamed_ = static_cast<std::size_t>(-1);
    Range range_;  // last 0: none
};

}  // namespace

void check_chain(std::span<const Entry> entries, HostVerdict& verdict) {
    ChainCheck(entries, verdict).run();
}

}  // namespace vaktpost::verify
