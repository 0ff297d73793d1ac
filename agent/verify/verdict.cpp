// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/verdict.h"

#include <algorithm>
#include <utility>

namespace vaktpost::verify {
namespace {

constexpr std::size_t most_ranges = 1000;

constexpr std::array<std::string_view, 3> ranks{"complete", "explained", "unexplained"};
constexpr std::array<std::string_view, kind_count> kinds{
    "missing",  "tail_cut",  "changed",   "inserted",   "forked",     "two_hosts",
    "replayed", "misplaced", "reordered", "other_host", "unreadable", "false_account",
    "lost",     "pruned",    "retained",  "counted",    "untold",     "waiting",
    "renamed",  "clock",     "silent",    "stopped"};

}  // namespace

std::string_view to_string(Rank rank) {
    return ranks[static_cast<std::size_t>(rank)];
}

std::string_view to_string(Kind kind) {
    return kinds[static_cast<std::size_t>(kind)];
}

std::string to_text(events::Position position) {
    return std::to_string(position.epoch) + "/" + std::to_string(position.seq);
}

void HostVerdict::add(Finding finding) {
    rank = std::max(rank, finding.rank);
    if (++counts[static_cast<std::size_t>(finding.kind)] <= most_of_a_kind)
        findings.push_back(std::move(finding));
}

void HostVerdict::add_complete(const Range& range) {
    if (complete.size() < most_ranges)
        complete.push_back(range);
    else
        ++complete_more;
}

}  // namespace vaktpost::verify
