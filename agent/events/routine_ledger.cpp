// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/routine_ledger.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "agent/events/marks.h"

namespace vaktpost::events {
namespace {

std::optional<core::EventType> type_named(std::string_view name) {
    for (const core::EventSpec& spec : core::catalogue())
        if (spec.name == name) return spec.type;
    return std::nullopt;
}

}  // namespace

core::Result<RoutineLedger> RoutineLedger::read(Database& database, std::uint64_t epoch) {
    const auto counted = read_mark(database, mark_routine);
    if (!counted) return counted.error();
    auto query = database.prepare(
        "SELECT seq, record, json_extract(record, '$.type') FROM event WHERE class = 3 AND epoch = "
        "? AND seq > ? ORDER BY seq");
    if (!query) return query.error();
    query->bind(1, static_cast<std::int64_t>(epoch));
    query->bind(2, static_cast<std::int64_t>(counted->epoch == epoch ? counted->seq : 0));
    RoutineLedger ledger;
    for (;;) {
        const auto row = query->step();
        if (!row) return row.error();
        if (!*row) return ledger;
        const auto type = type_named(query->text(2));
        if (type)
            ledger.add(static_cast<core::Seq>(query->integer(0)), *type, digest_of(query->text(1)));
    }
}

void RoutineLedger::add(core::Seq seq, core::EventType type, const Digest& digest) {
    lines_.push_back({seq, type, digest});
}

std::optional<core::Seq> RoutineLedger::count_into(core::Record& record) {
    const auto end =
        lines_.begin() + static_cast<std::ptrdiff_t>(std::min(lines_.size(), most_counted));
    record.data = {{"count", static_cast<std::int64_t>(end - lines_.begin())}};
    if (end == lines_.begin()) return std::nullopt;
    const core::Seq last = (end - 1)->seq;
    std::map<core::EventType, int> counts;
    std::vector<std::string> digests;
    for (auto line = lines_.begin(); line != end; ++line) {
        ++counts[line->type];
        digests.push_back(std::to_string(line->seq) + " " + to_hex(line->digest));
    }
    std::vector<std::string> words;
    for (const auto& [type, count] : counts)
        words.push_back(std::string(core::to_string(type)) + "=" + std::to_string(count));
    record.data.push_back({"first", static_cast<std::int64_t>(lines_.front().seq)});
    record.data.push_back({"last", static_cast<std::int64_t>(last)});
    record.data.push_back({"counts", std::move(words)});
    record.data.push_back({"digests", std::move(digests)});
    lines_.erase(lines_.begin(), end);
    return last;
}

}  // namespace vaktpost::events
