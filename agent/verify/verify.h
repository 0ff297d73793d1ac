// SPDX-License-Identifier: GPL-3.0-or-later
// Is this everything, and unchanged? Reads sources and gives a verdict on each host in them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "agent/verify/sources.h"
#include "agent/verify/verdict.h"

namespace vaktpost::verify {

struct Options {
    bool workstation_lines = false;  // JSON lines come from a workstation, not from the centre
    std::int64_t now_ms = 0;         // since 1970: no record counts as newer than this
    ProgressSink progress = [](const Progress&) {};
    RecordSink record;  // empty: nobody wants them
};

struct Report {
    std::vector<HostVerdict> hosts;  // by name
    std::vector<std::string>
        refused;  // lines that are no record and belong to no host: the first few
    std::uint64_t refused_count = 0;
    std::uint64_t records = 0;
    Rank rank = Rank::note;  // the worst of all
};

// An error: a source cannot be read, or holds no record at all.
core::Result<Report> verify(const std::vector<std::string>& sources, const Options& options);

// One host's part of it. `judged`: the places whose sources were read.
HostVerdict examine(Ledger ledger, Places judged);

// Marks hosts that have said nothing for three heartbeats before the newest record of all.
void mark_silent(std::vector<HostVerdict>& hosts, std::int64_t now_ms);

}  // namespace vaktpost::verify
