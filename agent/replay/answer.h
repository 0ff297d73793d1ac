// SPDX-License-Identifier: GPL-3.0-or-later
// What another policy makes of one recorded decision.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/words.h"

namespace vaktpost::replay {

// Why it cannot be told. In this order they are printed.
enum class Untold {
    inputs,      // an older agent did not record by what it decided
    cut,         // the record is too long to be whole
    account,     // a rule by account or group may meet
    serial,      // a rule by serial number may meet
    retired,     // a medium called retired by what this record does not hold
    exception,   // an operator had let the device in
    device,      // what was decided about the device of a medium is not there
    waits,       // it would have waited until the sessions were told
    dependence,  // which session would have depended on a card of another role
    moved,       // another card came or went while this one could come back
    missing,     // records that belong to it are missing
    ended,       // the records end, or the agent did, before it was decided
};

enum class Direction {
    same,
    tighter,
    looser,
    otherwise,  // partly each, or neither
};

// Of an interface, a medium, or the sessions of one kind.
struct Change {
    std::string what;
    std::string was;
    std::string was_rule;  // empty: not recorded
    std::string would_be;
    std::string rule;
};

struct Answer {
    std::optional<Untold> untold;
    Direction direction = Direction::same;
    std::vector<Change> changes;
};

// Adds one comparison of what is let through: more of it is looser.
inline void compare(Answer& answer, int was, int would_be, bool differs, Change change) {
    if (!differs) return;
    const auto direction = would_be < was   ? Direction::tighter
                           : would_be > was ? Direction::looser
                                            : Direction::otherwise;
    const bool first = answer.changes.empty();
    answer.direction = first || answer.direction == direction ? direction : Direction::otherwise;
    answer.changes.push_back(std::move(change));
}

}  // namespace vaktpost::replay

namespace vaktpost::core {

VAKTPOST_WORDS(replay::Untold, "inputs", "cut", "account", "serial", "retired", "exception",
               "device", "waits", "dependence", "moved", "missing", "ended");
VAKTPOST_WORDS(replay::Direction, "same", "tighter", "looser", "otherwise");

}  // namespace vaktpost::core
