// SPDX-License-Identifier: GPL-3.0-or-later
// A stored record, read back: the text as it was chained, and what every format needs of it.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "agent/convert/mapping.h"
#include "agent/core/record.h"
#include "agent/core/result.h"
#include "agent/events/wall_time.h"

namespace vaktpost::convert {

struct Event {
    std::string_view text;       // the caller's line
    boost::json::object record;  // the same, parsed; hostile beyond what read_event() checked
    const core::EventSpec* spec = nullptr;  // never null once read; static storage
    const Row* row = nullptr;               // likewise
    events::WallTime time;
    std::string time_text;  // RFC 3339 in UTC, milliseconds
    std::string host;       // neither empty nor longer than 255 bytes
    std::int64_t epoch = 0;
    std::int64_t seq = 0;
    core::Severity severity = core::Severity::info;
    core::Outcome outcome = core::Outcome::enforced;
};

// Takes one line without its end. Refuses what is no record of version 1, is of a type that the
// catalogue does not know, or holds a control character, which no record does. The result refers
// to the line.
core::Result<Event> read_event(std::string_view line);

// Empty where there is none of that kind.
std::string_view text_in(const boost::json::object& object, std::string_view key);
const boost::json::object& object_in(const boost::json::object& object, std::string_view key);
boost::json::array words_in(const boost::json::object& object, std::string_view key);

// "ward-pc-7/3/1200": host, epoch and number; no two records have the same one.
std::string uid_of(const Event& event);
// What it is about, "root/dm-0" for example; empty where it does not say.
std::string subject_of(const Event& event);
// Why it happened, in the record's own words; empty where it does not say.
std::string_view reason_of(const Event& event);
// SHA-256 of the text, which the next record of the chain names; hex digits.
std::string digest_of(const Event& event);
// What the control did: allowed, blocked, observed or failed; empty where no gate is meant.
std::string_view verdict_of(const Event& event);
// False: it was recorded before, and is so no more.
bool is_present(const Event& event);
// The record without the keys that a format has fields of its own for.
boost::json::object rest_of(const Event& event);

}  // namespace vaktpost::convert
