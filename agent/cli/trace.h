// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"
#include "agent/events/event_reader.h"

namespace vaktpost::cli {

// One record of a trace, as stored, and how many causes lie before it in the trace.
struct TracedRecord {
    events::Position position;
    std::string text;
    boost::json::object content;
    std::size_t depth = 0;
};

// A decision from the event that set it going to all that followed from that, each behind its
// cause, otherwise oldest first. One epoch: numbers begin anew in the next.
struct Trace {
    events::Position asked;
    std::vector<TracedRecord> records;
    bool complete = true;  // false: a record that belongs there, or may, is damaged or gone
};

// The traces of all records of that number, of the newest epoch first.
core::Result<std::vector<Trace>> find_traces(events::EventReader& reader, core::Seq seq);

}  // namespace vaktpost::cli
