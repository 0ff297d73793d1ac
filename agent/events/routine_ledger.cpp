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

core::Result<RoutineLedger> RoutineLedger::read(Database& database) {
    const auto counted = read_mark(database, mark_routine);
    if (!counted) return counted.error();
    auto query = database.prepare(
        "SELECT epoch, seq, record, json_extract(record, '$.type') FROM event WHERE class = 3 AND "
        "(epoch, seq) > (?, ?) ORDER BY epoch, seq");
    if (!query) return query.error();
    query->bind(1, static_cast<std::int64_t>(counted->epoch));
    query->bind(2, static_cast<std::int64_t>(counted->seq));
    RoutineLedger ledger;
    for (;;) {
        const auto row = query->step();
        if (!row) return row.error();
        if (!*row) return ledger;
        const Position position{static_cast<std::uint64_t>(query->integer(0)),
                                static_cast<core::Seq>(query->integer(1))};
        const auto type = type_named(query->text(3));
        if (type) ledger.add(position, *type, digest_of(query->text(2)));
    }
}

void RoutineLedger::add(Position position, core::EventType type, const Digest& digest) {
    lines_.push_back({position, type, digest});
}

std::optional<Position> RoutineLedger::count_into(core::Record& record, std::uint64_t writing) {
    const auto limit =
        lines_.begin() + static_cast<std::ptrdiff_t>(std::min(lines_.size(), most_counted));
    const auto end = std::find_if(lines_.begin(), limit, [&](const Line& line) {
        return line.position.epoch != lines_.front().position.epoch;
    });
    record.data = {{"count", static_cast<std::int64_t>(end - lines_.begin())}};
    if (end == lines_.begin()) return std::nullopt;
    const Position first = lines_.front().position;
    const Position last = (end - 1)->position;
    std::map<core::EventType, int> counts;
    std::vector<std::string> digests;
    digests.reserve(static_cast<std::size_t>(end - lines_.begin()));
    for (auto line = lines_.begin(); line != end; ++line) {
        ++counts[line->type];
        digests.push_back(std::to_string(line->position.seq) + " " + to_hex(line->digest));
    }
    std::vector<std::string> words;
    words.reserve(counts.size());
    for (const auto& [type, count] : counts)
        words.push_back(std::string(core::to_string(type)) + "=" + std::to_string(count));
    record.data.push_back({"first", static_cast<std::int64_t>(first.seq)});
    record.data.push_back({"last", static_cast<std::int64_t>(last.seq)});
    record.data.push_back({"counts", std::move(words)});
    record.data.push_back({"digests", std::move(digests)});
    if (first.epoch != writing)
        record.data.push_back({"epoch", static_cast<std::int64_t>(first.epoch)});
    lines_.erase(lines_.begin(), end);
    return last;
}

}  // namespace vaktpost::events
