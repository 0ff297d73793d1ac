// SPDX-License-Identifier: GPL-3.0-or-later
// What a verification says about one host.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/types.h"
#include "agent/events/event_reader.h"

namespace vaktpost::verify {

// How bad a finding is, and all of a host or a source: the worst counts.
enum class Rank : std::uint8_t {
    note,         // nothing is missing
    explained,    // something is, and the log itself says why; or somebody should look
    unexplained,  // a gap that nothing explains, or tampering
};

enum class Kind : std::uint8_t {
    missing,        // nothing explains it
    tail_cut,       // likewise, at the end: something names records behind the last one
    changed,        // a record is not what its neighbour or another witness names
    inserted,       // a record that fits neither the one before nor the one behind it
    forked,         // one number, several texts
    two_hosts,      // two machines write under one name
    replayed,       // what was recorded before stands again under a higher number
    misplaced,      // a row of the database holds another row's record
    reordered,      // records do not stand in the order of their numbers
    other_host,     // a record that names another host than its database
    unreadable,     // what stands in a record's place is none
    false_account,  // a record that explains gaps contradicts itself
    lost,           // log.gap
    pruned,         // log.pruned
    retained,       // the centre's checkpoint
    counted,        // log.routine
    untold,         // behind the newest log.routine: the next one has to tell
    waiting,        // on the workstation, not at the centre yet
    renamed,        // the log goes on under another name
    begun_anew,     // log.epoch
    clock,          // the wall clock jumped
    silent,         // the host has said nothing for too long
    stopped,        // likewise, and before that it said that it stops or sleeps
};

inline constexpr std::size_t kind_count = static_cast<std::size_t>(Kind::stopped) + 1;

std::string_view to_string(Rank rank);
std::string_view to_string(Kind kind);

// The kind for people: "tail cut".
std::string words_of(Kind kind);

// Records of one epoch.
struct Range {
    std::uint64_t epoch = 0;
    core::Seq first = 0;
    core::Seq last = 0;
    bool operator==(const Range&) const = default;
};

struct Finding {
    Kind kind = Kind::missing;
    Rank rank = Rank::note;
    Range range;
    std::string text;  // ours: numbers and words, nothing from a record
};

// "epoch 3: 17-42", "epoch 3" where it has no numbers; empty without an epoch.
std::string to_text(const Range& range);

// "3/17": record 17 of epoch 3.
std::string to_text(events::Position position);

struct HostVerdict {
    // Of each kind so many are kept; the others are only counted.
    static constexpr std::size_t most_of_a_kind = 20;

    std::string host;  // hostile
    std::uint64_t records = 0;
    std::optional<std::int64_t> first_ms;  // wall time of the earliest and latest record
    std::optional<std::int64_t> last_ms;
    std::int64_t heartbeat_ms = 0;  // between two of them, as learnt
    bool stopped = false;           // its last record says that it stops or sleeps
    Rank rank = Rank::note;
    std::vector<Range> complete;  // each record is there, or its digest, and they chain
    std::uint64_t complete_more = 0;
    std::vector<Finding> findings;
    std::array<std::uint64_t, kind_count> counts{};  // of each kind, kept or not

    void add(Finding finding);

    // Of that kind, not kept.
    [[nodiscard]] std::uint64_t left_out(Kind kind) const;

    void add_complete(const Range& range);
};

}  // namespace vaktpost::verify
