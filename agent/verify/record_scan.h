// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/events/chain.h"
#include "agent/events/event_reader.h"

namespace vaktpost::verify {

// What a record says of its place in the chain. The texts are hostile, lie in the record and keep
// their JSON escapes.
struct Scanned {
    std::string_view type;
    std::string_view boot_id;
    std::string_view host;
    std::string_view outcome;   // this one, labels and severity are empty where they are missing
    std::string_view labels;    // an array
    std::string_view severity;  // a word, known or not
    std::string_view data;      // an object
    std::int64_t time_ms = 0;   // since 1970
    std::int64_t boot_us = 0;
    events::Position position;
    std::uint64_t salt = 0;  // the first half of it
    events::Digest prev{};
};

// Nothing where the text is no record as the agent writes it: compact JSON whose keys stand once
// each and in their order. Takes no more time than hashing the text.
std::optional<Scanned> scan_record(std::string_view text);

// 64 hex digits in lower case.
std::optional<events::Digest> digest_from_hex(std::string_view text);

// A whole number of up to 18 digits.
std::optional<std::uint64_t> number_from(std::string_view text);

}  // namespace vaktpost::verify
