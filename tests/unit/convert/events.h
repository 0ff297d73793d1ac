// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "agent/events/record_text.h"

namespace vaktpost::test {

inline core::Record record_of(core::EventType type,
                              core::Outcome outcome = core::Outcome::enforced) {
    core::Record record;
    record.seq = 32;
    record.type = type;
    record.outcome = outcome;
    return record;
}

inline std::string stored(const core::Record& record) {
    const events::Origin origin{"ward-pc-7", {"ward-3"}, "3f2b8c1e", 42, std::string(64, 'a')};
    return events::record_text(
        record, origin,
        {3, *events::from_rfc3339("2026-03-01T08:15:30.250Z"), {}, events::no_record});
}

}  // namespace vaktpost::test
