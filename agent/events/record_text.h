// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/record.h"
#include "agent/events/chain.h"
#include "agent/events/wall_time.h"

namespace vaktpost::events {

// Where a record comes from and the policy it was decided by. Changes only with the settings or the
// policy.
struct Origin {
    std::string host;
    std::vector<std::string> labels;
    std::string boot_id;  // /proc/sys/kernel/random/boot_id
    std::int64_t policy_version = 0;
    std::string policy_sha256;   // hex digits, of the policy file; empty: the built-in policy
    bool routine_stays = false;  // the policy keeps routine records on the machine
};

// What the log itself adds to a record.
struct Stamp {
    std::uint64_t epoch = 0;
    WallTime time;
    Salt salt{};
    Digest previous = no_record;
};

// Longest list, of words or of a medium's parts, that a record holds; what is beyond is cut.
inline constexpr std::size_t list_limit = 128;

// The record as it is stored and chained: one JSON object without line breaks, its keys in the
// order v, type, code, cause, outcome, time, boot_us, boot_id, host, labels, epoch, seq, salt,
// prev, severity, purpose, policy, rule, seat, session, data; what a record does not have is left
// out. A data field that the catalogue does not know, or knows with another type, is a mistake of
// ours: it is left out with a warning in the journal.
std::string record_text(const core::Record& record, const Origin& origin, const Stamp& stamp);

// The keys of such fields.
std::vector<std::string_view> misfits(const core::Record& record);

}  // namespace vaktpost::events
