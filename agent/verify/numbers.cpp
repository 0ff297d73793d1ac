// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/numbers.h"

#include <algorithm>
#include <span>
#include <string>
#include <tuple>

namespace vaktpost::verify {
namespace {

using Group = std::span<Entry>;

// Neighbours are asked only in groups of this size: a hostile source may have a million texts of
// one number.
constexpr std::size_t most_asked = 64;

bool earlier(const Entry& a, const Entry& b) {
    return std::tie(a.position, a.form, a.digest) < std::tie(b.position, b.form, b.digest);
}

Group group_at(Group entries, std::size_t from) {
    std::size_t to = from + 1;
    while (to < entries.size() && entries[to].position == entries[from].position) ++to;
    return entries.subspan(from, to - from);
}

// The records of a group stand first; equal texts from several sources become one.
Group distinct_records(Group group) {
    std::size_t kept = 0;
    for (const Entry& entry : group) {
        if (!entry.is_record()) break;
        if (kept > 0 && group[kept - 1].digest == entry.digest)
            group[kept - 1].places |= entry.places;
        else
            group[kept++] = entry;
    }
    return group.first(kept);
}

bool names(Group next, const events::Digest& digest) {
    return std::any_of(next.begin(), next.end(), [&](const Entry& entry) {
        return entry.is_record() && entry.prev == digest;
    });
}

// How many neighbours bear this record out.
int standing(const Entry& record, const Entry* previous, Group next) {
    const auto& position = record.position;
    const bool follows = previous != nullptr && previous->position.epoch == position.epoch &&
                         previous->position.seq + 1 == position.seq &&
                         previous->digest == record.prev;
    const bool followed = !next.empty() && next[0].position.epoch == position.epoch &&
                          next[0].position.seq == position.seq + 1 && names(next, record.digest);
    return (follows ? 1 : 0) + (followed ? 2 : 0);
}

Finding fork_finding(Group texts) {
    const auto position = texts[0].position;
    const Range range{position.epoch, position.seq, position.seq};
    const bool boots = std::any_of(texts.begin(), texts.end(),
                                   [&](const Entry& entry) { return entry.boot != texts[0].boot; });
    const std::string number =
        to_text(position) + " has " + std::to_string(texts.size()) + " texts";
    if (boots)
        return {Kind::two_hosts, Rank::unexplained, range,
                number + " from different starts of a machine: two hosts with one name, or a copy"};
    return {Kind::forked, Rank::unexplained, range, number};
}

Entry choose(Group group, const Entry* previous, Group next, HostVerdict& verdict) {
    const Group texts = distinct_records(group);
    if (texts.size() < 2) return group[0];
    verdict.add(fork_finding(texts));
    if (texts.size() > most_asked || next.size() > most_asked) return texts[0];
    return *std::max_element(texts.begin(), texts.end(), [&](const Entry& a, const Entry& b) {
        return standing(a, previous, next) < standing(b, previous, next);
    });
}

std::string_view witness(Form form) {
    switch (form) {
        case Form::checkpoint:
            return "the centre's checkpoint";
        case Form::counted:
            return "log.routine";
        case Form::head:
            return "the centre's head";
        default:
            return "the record under its former name";
    }
}

// Whoever else knows the digest of this number must know the same one.
void compare_witnesses(const Entry& chosen, Group group, HostVerdict& verdict) {
    for (const Entry& entry : group) {
        if (entry.is_record() || entry.form == Form::known || entry.digest == chosen.digest)
            continue;
        if (!chosen.is_record() && chosen.form == Form::known) continue;
        const auto position = chosen.position;
        verdict.add({Kind::changed,
                     Rank::unexplained,
                     {position.epoch, position.seq, position.seq},
                     to_text(position) + " is not the record that " +
                         std::string(witness(entry.form)) + " names"});
        return;
    }
}

}  // namespace

void one_for_each_number(std::vector<Entry>& entries, HostVerdict& verdict) {
    if (!std::is_sorted(entries.begin(), entries.end(), earlier))
        std::sort(entries.begin(), entries.end(), earlier);
    const Group all(entries);
    std::size_t kept = 0;
    for (std::size_t from = 0; from < all.size();) {
        const Group group = group_at(all, from);
        from += group.size();
        Entry chosen = group[0];
        if (group.size() > 1) {
            const Entry* previous = kept > 0 ? &entries[kept - 1] : nullptr;
            const Group next = from < all.size() ? group_at(all, from) : Group{};
            chosen = choose(group, previous, next, verdict);
            compare_witnesses(chosen, group, verdict);
            for (const Entry& entry : group) {
                chosen.owed |= entry.owed;
                chosen.excused |= entry.excused;
            }
        }
        entries[kept++] = chosen;
    }
    entries.resize(kept);
}

}  // namespace vaktpost::verify
