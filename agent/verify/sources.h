// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>

#include "agent/core/result.h"
#include "agent/verify/collector.h"

namespace vaktpost::verify {

// Told again and again while a source is read. `bytes_of` 0: nobody knows how much there is.
struct Progress {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::uint64_t bytes_of = 0;
};
using ProgressSink = std::function<void(const Progress&)>;

// A workstation's database, by its header.
bool is_database(const std::filesystem::path& path);

// "postgresql://…", "postgres://…" or "service=…".
bool is_centre(const std::string& name);

// Each reads a whole source into the collector; an error says why it cannot be read to its end.
core::Status read_database(Source& source, Collector& collector, const ProgressSink& progress);
// "-" is standard input.
core::Status read_lines(Source& source, Collector& collector, const ProgressSink& progress);
// Runs psql, whose own messages go to standard error.
core::Status read_centre(Source& source, Collector& collector, const ProgressSink& progress);

}  // namespace vaktpost::verify
