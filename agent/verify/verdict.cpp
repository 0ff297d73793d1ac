// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/verdict.h"

#include <algorithm>
#include <utility>

namespace vaktpost::verify {
namespace {

constexpr std::size_t most_ranges = 1000;

constexpr std::array<std::string_view, 3> ranks{"complete", "explained", "unexplained"};
constexpr std::array<std::string_view, kind_count> kinds{
    "missing",  "tail_cut",   "changed",   "inserted",   "forked",     "two_hosts",
    "replayed", "misplaced",  "reordered", "other_host", "unreadable", "false_account",
    "lost",     "pruned",     "retained",  "counted",    "untold",     "waiting",
    "renamed",  "begun_anew", "clock",     "silent",     "stopped"};

}  // namespace

std::string_view to_string(Rank rank) {
    return ranks[static_cast<std::size_t>(rank)];
}

std::string_view to_string(Kind kind) {
    return kinds[static_cast<std::size_t>(kind)];
}

std::string words_of(Kind kind) {
    std::string words(to_string(kind));
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

std::string to_text(const Range& range) {
    if (range.epoch == 0) return {};
    std::string text = "epoch " + std::to_string(range.epoch);
    if (range.last == 0) return text;
    text += ": " + std::to_string(range.first);
    return range.first == range.last ? text : text + "-" + std::to_string(range.last);
}

std::string to_text(events::Position position) {
    return std::to_string(position.epoch) + "/" + std::to_string(position.seq);
}

void HostVerdict::add(Finding finding) {
    rank = std::max(rank, finding.rank);
    if (++counts[static_cast<std::size_t>(finding.kind)] <= most_of_a_kind)
        findings.push_back(std::move(finding));
}

std::uint64_t HostVerdict::left_out(Kind kind) const {
    const std::uint64_t count = counts[static_cast<std::size_t>(kind)];
    return count > most_of_a_kind ? count - most_of_a_kind : 0;
}

void HostVerdict::add_complete(const Range& range) {
    if (complete.size() < most_ranges)
        complete.push_back(range);
    else
        ++complete_more;
}

}  // namespace vaktpost::verify
