// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/core/catalogue.h"
#include "agent/core/medium.h"
#include "agent/core/session.h"
#include "agent/core/time.h"
#include "agent/core/words.h"

namespace vaktpost::core {

enum class Outcome { enforced, observed, failed };
VAKTPOST_WORDS(Outcome, "enforced", "observed", "failed");

// Lists of words and of parts are the only nesting a record knows.
using FieldValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>,
                                std::vector<MediumPart>>;

struct Field {
    std::string_view key;  // one of the catalogue's, static storage
    FieldValue value;
};

struct SessionRef {
    SessionId id;  // left out of routine records when written
    SessionClass session_class = SessionClass::other;
};

// One event as core decided it. The log adds time, host, chain and salt.
struct Record {
    Seq seq = 0;
    EventType type = EventType::heartbeat;
    std::optional<Seq> cause;
    Outcome outcome = Outcome::enforced;
    std::optional<Severity> severity;  // where this one weighs other than its type does
    Instant at;
    RuleId rule;    // empty: none
    SeatName seat;  // empty: none
    std::optional<SessionRef> session;
    std::vector<Field> data;
};

// The short code a notice shows and `vaktpost explain` takes: the record's number in Crockford's
// base 32 (crockford.com/base32.html), at least four characters.
std::string short_code(Seq seq);

// So many hex digits.
std::string hex_text(unsigned value, int digits);

}  // namespace vaktpost::core
