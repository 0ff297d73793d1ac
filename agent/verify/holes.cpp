// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/holes.h"

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <tuple>
#include <utility>

namespace vaktpost::verify {
namespace {

using events::Position;

// A log.routine comes every hour at the latest; a quarter for it to be written and sent.
constexpr std::int64_t routine_is_due_ms = 75LL * 60 * 1000;

std::uint64_t length(const Range& range) {
    return range.last - range.first + 1;
}

std::uint64_t add_up(std::uint64_t a, std::uint64_t b) {
    return a > std::numeric_limits<std::uint64_t>::max() - b
               ? std::numeric_limits<std::uint64_t>::max()
               : a + b;
}

// Numbers of one kind, told in one finding.
struct Tally {
    Range range;  // of the first epoch in which there are any
    std::uint64_t count = 0;

    void add(const Range& more) {
        if (count == 0) range = more;
        if (range.epoch == more.epoch) range.last = more.last;
        count += length(more);
    }
};

auto order_of(const Account& account) {
    return std::tuple(account.range.epoch, account.range.first, account.range.last, account.by,
                      account.count);
}

// Ranges that overlap are one, with the sum of their counts: whose number is whose cannot be told.
// A record that was read twice counts once.
std::vector<Account> clusters_of(std::vector<Account> accounts) {
    std::sort(accounts.begin(), accounts.end(),
              [](const Account& a, const Account& b) { return order_of(a) < order_of(b); });
    const auto same = [](const Account& a, const Account& b) { return order_of(a) == order_of(b); };
    accounts.erase(std::unique(accounts.begin(), accounts.end(), same), accounts.end());
    std::vector<Account> clusters;
    for (const Account& account : accounts) {
        Account* last = clusters.empty() ? nullptr : &clusters.back();
        if (last != nullptr && last->range.epoch == account.range.epoch &&
            last->range.last >= account.range.first) {
            last->range.last = std::max(last->range.last, account.range.last);
            last->count = add_up(last->count, account.count);
            ++last->others;
        } else {
            clusters.push_back(account);
        }
    }
    return clusters;
}

// One place's numbers from 1 to the last that is there or should be, epoch by epoch.
class HoleCheck {
  public:
    HoleCheck(const Ledger& ledger, Place place, HostVerdict& verdict)
        : ledger_(ledger), place_(place), verdict_(verdict), base_(base_of()) {}

    void run() {
        const std::span<const Entry> all(ledger_.entries);
        for (std::size_t from = 0; from < all.size();) {
            std::size_t to = from;
            while (to < all.size() && all[to].position.epoch == all[from].position.epoch) ++to;
            walk_epoch(all.subspan(from, to - from));
            from = to;
        }
        tell_tallies();
        judge_open();
    }

  private:
    [[nodiscard]] bool is_here(const Entry& entry) const {
        return entry.is_record() && (entry.places & bit(place_)) != 0;
    }
    [[nodiscard]] bool is_owed(const Entry& entry) const { return (entry.owed & bit(place_)) != 0; }

    // Up to here the place need not have anything.
    [[nodiscard]] Position base_of() const {
        Position base = ledger_.renamed.value_or(Position{});
        if (place_ == Place::centre) return std::max(base, ledger_.retained.value_or(Position{}));
        return ledger_.pruned ? std::max(base, ledger_.pruned->last) : base;
    }

    void walk_epoch(std::span<const Entry> epoch) {
        std::size_t end = epoch.size();  // behind the last one that is here or should be
        while (end > 0 && !is_here(epoch[end - 1]) && !is_owed(epoch[end - 1])) --end;
        core::Seq expected = 1;
        for (const Entry& entry : epoch.first(end)) {
            const auto [number, seq] = entry.position;
            if (seq > expected) absent_everywhere({number, expected, seq - 1});
            if (!is_here(entry)) absent_here(entry);
            expected = seq + 1;
        }
        for (const Entry& entry : epoch.subspan(end))
            if (entry.is_record() && place_ == Place::centre) waiting_.add(only(entry));
    }

    static Range only(const Entry& entry) {
        return {entry.position.epoch, entry.position.seq, entry.position.seq};
    }

    void absent_everywhere(Range hole) {
        if (hole.epoch < base_.epoch || (hole.epoch == base_.epoch && hole.last <= base_.seq)) {
            below_base_.add(hole);
            return;
        }
        if (hole.epoch == base_.epoch && hole.first <= base_.seq) {
            below_base_.add({hole.epoch, hole.first, base_.seq});
            hole.first = base_.seq + 1;
        }
        open(hole);
    }

    void absent_here(const Entry& entry) {
        if (entry.position <= base_)
            below_base_.add(only(entry));
        else if ((entry.excused & bit(place_)) != 0)
            counted_.add(only(entry));
        else if (place_ == Place::centre && entry.is_record() && waits(entry))
            waiting_.add(only(entry));
        else if (place_ == Place::centre && entry.is_record() && stays(entry))
            untold_.add(only(entry));
        else
            open(only(entry));
    }

    // On the workstation, and the host does not claim that the centre has it.
    [[nodiscard]] bool waits(const Entry& entry) const {
        const auto& acknowledged = ledger_.acknowledged;
        if (acknowledged.empty()) return true;
        const auto newest = acknowledged.rbegin();
        return entry.position > Position{newest->first, newest->second};
    }

    // A routine record that the next log.routine will name.
    [[nodiscard]] bool stays(const Entry& entry) const {
        return (entry.traits & routine_trait) != 0 && is_behind_counts(entry.position);
    }

    // The host counts its routine records, and has not come to this one yet.
    [[nodiscard]] bool is_behind_counts(Position position) const {
        const auto& counted = ledger_.counted_up_to;
        if (counted.empty()) return false;
        const auto newest = counted.rbegin();
        return position > Position{newest->first, newest->second};
    }

    void open(const Range& hole) {
        if (!open_.empty() && open_.back().epoch == hole.epoch &&
            open_.back().last + 1 == hole.first)
            open_.back().last = hole.last;
        else
            open_.push_back(hole);
    }

    void tell(const Tally& tally, Kind kind, Rank rank, const std::string& text) {
        if (tally.count > 0)
            verdict_.add({kind, rank, tally.range, std::to_string(tally.count) + " " + text});
    }

    void tell_tallies() {
        if (place_ == Place::workstation && ledger_.pruned)
            tell(below_base_, Kind::pruned, Rank::explained,
                 "removed from the workstation by rule: log.pruned " + to_text(ledger_.pruned->by));
        else if (ledger_.renamed && base_ == *ledger_.renamed)
            tell(below_base_, Kind::renamed, Rank::explained, "stand under the host's former name");
        else
            tell(below_base_, Kind::retained, Rank::explained,
                 "dropped by the centre's retention: its checkpoint " + to_text(base_));
        tell(counted_, Kind::counted, Rank::explained,
             "stay on the workstation: log.routine names their digests");
        tell(waiting_, Kind::waiting, Rank::explained,
             "are on the workstation and not acknowledged by the centre");
        tell(untold_, Kind::untold, Rank::explained,
             "stay on the workstation, and the next log.routine has to name them");
    }

    // What a workstation pruned explains nothing at the centre.
    [[nodiscard]] std::vector<Account> accounts() const {
        std::vector<Account> all = ledger_.accounts;
        if (place_ == Place::centre)
            std::erase_if(all, [](const Account& each) { return each.kind == Kind::pruned; });
        return clusters_of(std::move(all));
    }

    // What is open is sorted and so are the clusters: one walk over both.
    void judge_open() {
        auto hole = open_.begin();
        for (const Account& cluster : accounts()) {
            while (hole != open_.end() && is_before(*hole, cluster.range)) unexplained(*hole++);
            std::uint64_t missing = 0;
            while (hole != open_.end() && overlaps(*hole, cluster.range)) {
                const Range inside{hole->epoch, std::max(hole->first, cluster.range.first),
                                   std::min(hole->last, cluster.range.last)};
                if (hole->first < inside.first)
                    unexplained({hole->epoch, hole->first, inside.first - 1});
                missing += length(inside);
                if (hole->last > inside.last) {
                    hole->first = inside.last + 1;
                    break;
                }
                ++hole;
            }
            judge_cluster(cluster, missing);
        }
        while (hole != open_.end()) unexplained(*hole++);
    }

    static bool is_before(const Range& hole, const Range& range) {
        return hole.epoch < range.epoch || (hole.epoch == range.epoch && hole.last < range.first);
    }
    static bool overlaps(const Range& hole, const Range& range) {
        return hole.epoch == range.epoch && hole.first <= range.last && range.first <= hole.last;
    }

    void judge_cluster(const Account& cluster, std::uint64_t missing) {
        if (missing == 0) return;
        const std::string by = words_of(cluster);
        if (missing <= cluster.count)
            verdict_.add({cluster.kind, Rank::explained, cluster.range,
                          std::to_string(missing) + " gone: " + by});
        else
            verdict_.add({Kind::missing, Rank::unexplained, cluster.range,
                          std::to_string(missing) + " missing" + at_place() + ", and " + by});
    }

    static std::string words_of(const Account& cluster) {
        std::string words = cluster.kind == Kind::pruned ? "log.pruned " : "log.gap ";
        words += to_text(cluster.by);
        if (cluster.others > 0) words += " and " + std::to_string(cluster.others) + " more";
        return words + (cluster.others > 0 ? " tell of " : " tells of ") +
               std::to_string(cluster.count);
    }

    [[nodiscard]] std::string at_place() const {
        return place_ == Place::centre ? " at the centre" : " on the workstation";
    }

    void unexplained(const Range& hole) {
        if (place_ == Place::centre && is_due_still(hole)) {
            verdict_.add(
                {Kind::untold, Rank::explained, hole,
                 std::to_string(length(hole)) + " absent; the next log.routine has to name them"});
            return;
        }
        const bool at_end = !lies_behind(hole);
        std::string text = std::to_string(length(hole)) + " missing" + at_place();
        if (at_end) text += " behind the last record, and there have been more";
        verdict_.add({at_end ? Kind::tail_cut : Kind::missing, Rank::unexplained, hole, text});
    }

    [[nodiscard]] auto first_behind(Position position) const {
        return std::upper_bound(
            ledger_.entries.begin(), ledger_.entries.end(), position,
            [](Position at, const Entry& entry) { return at < entry.position; });
    }

    // A record of the same epoch, at this place.
    [[nodiscard]] bool lies_behind(const Range& hole) const {
        const auto& entries = ledger_.entries;
        for (auto next = first_behind({hole.epoch, hole.last}); next != entries.end(); ++next) {
            if (next->position.epoch != hole.epoch) return false;
            if (is_here(*next)) return true;
        }
        return false;
    }

    [[nodiscard]] bool is_due_still(const Range& hole) const {
        if (!is_behind_counts({hole.epoch, hole.first}) || !lies_behind(hole)) return false;
        auto next = first_behind({hole.epoch, hole.last});
        while (next != ledger_.entries.end() && !next->is_record()) ++next;
        return next != ledger_.entries.end() && verdict_.last_ms &&
               *verdict_.last_ms - next->time_ms <= routine_is_due_ms;
    }

    const Ledger& ledger_;
    const Place place_;
    HostVerdict& verdict_;
    const Position base_;
    Tally below_base_, counted_, waiting_, untold_;
    std::vector<Range> open_;  // absent, and not explained so far
};

// Epochs lost whole, by log.gap: each has one for it from its first record on.
std::uint64_t lost_epochs(const Ledger& ledger, std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> epochs;
    for (const Account& account : ledger.accounts)
        if (account.range.first == 1 && account.range.epoch >= first && account.range.epoch <= last)
            epochs.push_back(account.range.epoch);
    std::sort(epochs.begin(), epochs.end());
    return static_cast<std::uint64_t>(std::unique(epochs.begin(), epochs.end()) - epochs.begin());
}

// Nothing of these epochs need be there.
bool is_below_bases(const Ledger& ledger, Places judged, std::uint64_t last) {
    const auto reaches = [&](const std::optional<Position>& base) {
        return base && base->epoch >= last;
    };
    if (reaches(ledger.renamed)) return true;
    const auto pruned = ledger.pruned ? std::optional(ledger.pruned->last) : std::nullopt;
    const bool centre = (judged & bit(Place::centre)) == 0 || reaches(ledger.retained);
    const bool workstation = (judged & bit(Place::workstation)) == 0 || reaches(pruned);
    return centre && workstation;
}

void report_epochs(const Ledger& ledger, Places judged, std::uint64_t first, std::uint64_t last,
                   HostVerdict& verdict) {
    if (is_below_bases(ledger, judged, last)) return;
    const std::uint64_t absent = last - first + 1;
    if (lost_epochs(ledger, first, last) == absent) return;
    std::string text = "no record of epoch " + std::to_string(first);
    if (last > first) text += " to " + std::to_string(last);
    verdict.add({Kind::missing, Rank::unexplained, {first, 1, 0}, text});
}

}  // namespace

void check_holes(const Ledger& ledger, Place place, HostVerdict& verdict) {
    HoleCheck(ledger, place, verdict).run();
}

void check_epochs(const Ledger& ledger, Places judged, HostVerdict& verdict) {
    std::uint64_t expected = 1;
    for (const Entry& entry : ledger.entries) {
        if (entry.form == Form::known) continue;
        const std::uint64_t epoch = entry.position.epoch;
        if (epoch > expected) report_epochs(ledger, judged, expected, epoch - 1, verdict);
        expected = std::max(expected, epoch + 1);
    }
}

void check_head(const Ledger& ledger, HostVerdict& verdict) {
    if (!ledger.head) return;
    for (auto entry = ledger.entries.rbegin(); entry != ledger.entries.rend(); ++entry) {
        const Position at = entry->position;
        if (at <= *ledger.head) return;
        if (!entry->is_record() || (entry->places & bit(Place::centre)) == 0) continue;
        verdict.add({Kind::inserted,
                     Rank::unexplained,
                     {at.epoch, at.seq, at.seq},
                     to_text(at) + " lies at the centre behind its head " + to_text(*ledger.head) +
                         ": it did not come in by the usual way"});
    }
}

}  // namespace vaktpost::verify
