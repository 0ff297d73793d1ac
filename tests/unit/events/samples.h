// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/record.h"
#include "agent/events/event_reader.h"
#include "agent/events/record_text.h"

namespace vaktpost::test {

inline events::Origin sample_origin() {
    return {
        "ward-pc-7", {"ward-3"}, "3f2b8c1e-0000-4000-8000-000000000001", 42, std::string(64, 'a')};
}

inline core::Record sample(core::Seq seq, core::EventType type = core::EventType::card_removed) {
    core::Record record;
    record.seq = seq;
    record.type = type;
    record.at = core::Instant(core::Duration(1000 + static_cast<std::int64_t>(seq)));
    return record;
}

inline boost::json::object parsed(std::string_view text) {
    return boost::json::parse(boost::json::string_view(text.data(), text.size())).as_object();
}

struct Stored {
    events::Position position;
    std::string text;
};

inline std::vector<Stored> read_all(const std::filesystem::path& database) {
    std::vector<Stored> all;
    auto reader = events::EventReader::open(database);
    if (!reader) return all;
    const auto read = reader->after({}, [&](events::Position position, std::string_view text) {
        all.push_back({position, std::string(text)});
        return true;
    });
    if (!read) all.clear();
    return all;
}

// Each record names the one before it in its epoch.
inline bool chain_holds(const std::vector<Stored>& records) {
    std::uint64_t epoch = 0;
    events::Digest previous = events::no_record;
    for (const Stored& record : records) {
        if (record.position.epoch != epoch) previous = events::no_record;
        epoch = record.position.epoch;
        if (parsed(record.text).at("prev").as_string() != events::to_hex(previous).c_str())
            return false;
        previous = events::digest_of(record.text);
    }
    return true;
}

}  // namespace vaktpost::test
