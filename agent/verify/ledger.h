// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of one host's records while the sources are read: 120 bytes a record.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/events/chain.h"
#include "agent/events/event_reader.h"
#include "agent/verify/verdict.h"

namespace vaktpost::verify {

// Where records lie; bits.
enum class Place : std::uint8_t { centre = 1, workstation = 2 };

using Places = std::uint8_t;
constexpr Places bit(Place place) {
    return static_cast<Places>(place);
}

// What is known about a number. In this order the better witness comes first.
enum class Form : std::uint8_t {
    record,      // its text was read
    checkpoint,  // its digest; the centre dropped it by retention, and all before it
    renamed,     // its digest; it and all before it stand under another host's name
    counted,     // its digest, by a log.routine: it stays on the workstation
    head,        // its digest; the centre has had it and must have it
    known,       // that there was such a record
};

// Of a record's type; bits.
enum Trait : std::uint8_t {
    routine_trait = 1,
    clock_trait = 2,
    stop_trait = 4,
    heartbeat_trait = 8
};

struct Entry {
    events::Position position;
    events::Digest digest{};
    events::Digest prev{};
    std::int64_t time_ms = 0;
    std::int64_t boot_us = 0;
    std::uint64_t boot = 0;  // a hash of boot_id
    std::uint64_t salt = 0;
    Places places = 0;   // where the record lies
    Places owed = 0;     // where somebody says that it must lie
    Places excused = 0;  // where somebody says that it does not
    Form form = Form::record;
    std::uint8_t traits = 0;

    [[nodiscard]] bool is_record() const { return form == Form::record; }
};

// A record says that `count` of these numbers are gone.
struct Account {
    Kind kind = Kind::lost;  // lost, pruned
    Range range;
    std::uint64_t count = 0;
    events::Position by;
    std::size_t others = 0;  // further records whose ranges overlap
};

// log.pruned of what = "all": nothing up to here lies on the workstation.
struct PrunedBase {
    events::Position last;
    events::Position by;
};

struct Ledger {
    std::string host;
    std::vector<Entry> entries;
    std::vector<Account> accounts;
    std::optional<PrunedBase> pruned;  // the newest
    std::vector<PrunedBase> prunings;
    // The first heartbeat that says that the centre has something.
    std::optional<events::Position> has_centre_since;
    // The newest checkpoint: nothing up to here need be at the centre.
    std::optional<events::Position> retained;
    // All up to here stands under the host's former name.
    std::optional<events::Position> renamed;
    // The highest number that the centre has had.
    std::optional<events::Position> head;
    // By epoch: what the host says that the centre has.
    std::map<std::uint64_t, core::Seq> acknowledged;
    // By epoch, where routine records stay on the workstation: how far they have been counted.
    std::map<std::uint64_t, core::Seq> counted_up_to;
    bool needs_head = false;         // its source keeps one for each host
    std::uint64_t out_of_order = 0;  // lines of a source that promises no order
    std::vector<Finding> findings;   // made while reading, bounded
    std::uint64_t findings_more = 0;

    void add(Finding finding);
    // Somebody says that there was such a record, and that it must lie there.
    void must_hold(events::Position position, Place place);
};

}  // namespace vaktpost::verify
