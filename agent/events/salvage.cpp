// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/salvage.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <limits>
#include <string>
#include <string_view>

#include "agent/events/marks.h"
#include "agent/events/room.h"
#include "agent/events/schema.h"

namespace vaktpost::events {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_bytes = 64 << 20;

// It says itself where it belongs. Nobody would take anything else for a record.
bool is_record_of(std::int64_t epoch, std::int64_t seq, std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) return false;
    const json::object& record = value.get_object();
    const auto is = [&](const char* key, std::int64_t expected) {
        const json::value* number = record.if_contains(key);
        return number != nullptr && number->is_int64() && number->get_int64() == expected;
    };
    return epoch > 0 && seq > 0 && is("epoch", epoch) && is("seq", seq);
}

// Of version 1 the class is not known.
core::Result<Statement> reading(Database& damaged, const std::string& order) {
    auto query = damaged.prepare("SELECT epoch, seq, record, class FROM event ORDER BY " + order);
    if (query) return query;
    return damaged.prepare("SELECT epoch, seq, record, 1 FROM event ORDER BY " + order);
}

// From one end to the damage, or to what is there already. Only what `fresh` says is an error.
core::Status copy(Database& damaged, const std::string& order, Database& fresh) {
    auto query = reading(damaged, order);
    if (!query) return core::Done{};
    auto insert =
        fresh.prepare("INSERT OR IGNORE INTO event(epoch, seq, record, class) VALUES(?, ?, ?, ?)");
    if (!insert) return insert.error();
    for (std::int64_t bytes = 0; bytes < most_bytes;) {
        const auto row = query->step();
        if (!row || !*row) return core::Done{};
        const std::string record(query->text(2));
        bytes += static_cast<std::int64_t>(record.size());
        if (!is_record_of(query->integer(0), query->integer(1), record)) continue;
        insert->bind(1, query->integer(0));
        insert->bind(2, query->integer(1));
        insert->bind(3, record);
        insert->bind(4, query->integer(3) & 3);
        const auto done = insert->step();
        insert->reset();
        if (!done) return done.error();
    }
    return core::Done{};
}

core::Status copy_marks(Database& damaged, Database& fresh) {
    for (const auto name : {mark_acknowledged, mark_routine, mark_pruned}) {
        const auto position = read_mark(damaged, name);
        if (!position || *position == Position{}) continue;
        if (auto done = write_mark(fresh, {name, *position}); !done) return done;
    }
    return core::Done{};
}

constexpr Position the_end{std::numeric_limits<std::int64_t>::max(), 0};

// The numbers that are missing behind `begin`, up to `end` or the last record of an epoch.
core::Status note_holes(Database& fresh, std::string_view what, Position begin, Position end) {
    auto note = fresh.prepare(
        "INSERT INTO removal SELECT ?5, epoch, least, most, most - least + 1 - count, 'damage' "
        "FROM "
        "(SELECT epoch, iif(epoch = ?1, ?2 + 1, 1) AS least, iif(epoch = ?3, ?4, max(seq)) AS "
        "most, "
        "count(*) AS count FROM event WHERE (epoch, seq) > (?1, ?2) AND (epoch, seq) <= (?3, ?4) "
        "GROUP BY epoch) WHERE most - least + 1 > count");
    if (!note) return note.error();
    int index = 0;
    for (const Position position : {begin, end}) {
        note->bind(++index, static_cast<std::int64_t>(position.epoch));
        note->bind(++index, static_cast<std::int64_t>(position.seq));
    }
    note->bind(++index, what);
    const auto done = note->step();
    if (!done) return done.error();
    return core::Done{};
}

// What the centre has is damaged here, the rest is lost.
core::Status note_holes(Database& fresh) {
    const auto pruned = read_mark(fresh, mark_pruned);
    if (!pruned) return pruned.error();
    const auto known = read_mark(fresh, mark_acknowledged);
    if (!known) return known.error();
    auto noted = note_holes(fresh, core::to_string(core::Removed::damaged), *pruned, *known);
    if (!noted) return noted;
    return note_holes(fresh, core::to_string(core::Removed::lost), std::max(*pruned, *known),
                      the_end);
}

core::Status copy_all(Database& damaged, Database& fresh) {
    if (auto begun = fresh.execute("BEGIN IMMEDIATE"); !begun) return begun;
    auto done = copy(damaged, "epoch, seq", fresh);
    if (done) done = copy(damaged, "epoch DESC, seq DESC", fresh);
    if (done) done = copy_marks(damaged, fresh);
    if (done) done = note_holes(fresh);
    if (done) done = fresh.execute("COMMIT");
    if (!done) (void)fresh.execute("ROLLBACK");
    return done;
}

}  // namespace

core::Result<std::int64_t> salvage(const std::filesystem::path& path, Database& fresh) {
    auto damaged = Database::open(path, Access::read_write);
    if (!damaged) return std::int64_t{0};
    const auto id = damaged->integer("PRAGMA application_id");
    if (!id || *id != application_id) return std::int64_t{0};
    if (auto done = copy_all(*damaged, fresh); !done) return done.error();
    return fresh.integer("SELECT count(*) FROM event");
}

}  // namespace vaktpost::events
