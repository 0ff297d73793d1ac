// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/room.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <string_view>
#include <utility>

#include "agent/events/marks.h"
#include "agent/events/record_class.h"

namespace vaktpost::events {
namespace {

using core::Removal;
using core::Removed;
using Removals = std::vector<Removal>;

// RFC 3339 in UTC, as the log writes it: sorts as time does.
constexpr std::string_view record_time = "substr(record, instr(record, '\"time\":\"') + 8, 24)";

constexpr std::string_view not_reserved = "class > 0";
constexpr std::string_view reserved = "class = 0";
constexpr std::string_view routine_here = "class = 3";
constexpr std::string_view any_class = "class >= 0";

void bind(Statement& statement, int index, Position position) {
    statement.bind(index, static_cast<std::int64_t>(position.epoch));
    statement.bind(index + 1, static_cast<std::int64_t>(position.seq));
}

Position position_of(const Statement& query) {
    return {static_cast<std::uint64_t>(query.integer(0)), static_cast<core::Seq>(query.integer(1))};
}

Position after(Position position) {
    return {position.epoch, position.seq + 1};
}

// The statement's first two columns, or `otherwise` where it finds nothing.
core::Result<Position> first_row(Statement& query, Position otherwise) {
    const auto row = query.step();
    if (!row) return row.error();
    return *row ? position_of(query) : otherwise;
}

// Nothing behind it may be removed, nor itself.
core::Result<Position> newest(Database& database) {
    auto query =
        database.prepare("SELECT epoch, seq FROM event ORDER BY epoch DESC, seq DESC LIMIT 1");
    if (!query) return query.error();
    return first_row(*query, {});
}

// Where the records of a class begin to be as young as that.
core::Result<Position> first_younger(Database& database, std::string_view which, WallTime time,
                                     Position otherwise) {
    auto query =
        database.prepare("SELECT epoch, seq FROM event WHERE " + std::string(which) + " AND " +
                         std::string(record_time) + " >= ? ORDER BY epoch, seq LIMIT 1");
    if (!query) return query.error();
    const std::string text = to_rfc3339(time);
    query->bind(1, text);
    return first_row(*query, otherwise);
}

// How far the oldest records of a class must go to free that many bytes; at most up to `end`.
core::Result<Position> end_of_oldest(Database& database, std::string_view which, std::int64_t bytes,
                                     Position end) {
    auto query =
        database.prepare("SELECT epoch, seq, length(CAST(record AS BLOB)) + 32 FROM event WHERE " +
                         std::string(which) + " AND (epoch, seq) < (?, ?) ORDER BY epoch, seq");
    if (!query) return query.error();
    bind(*query, 1, end);
    Position reached;
    while (bytes > 0) {
        const auto row = query->step();
        if (!row) return row.error();
        if (!*row) break;
        reached = after(position_of(*query));
        bytes -= query->integer(2);
    }
    return reached;
}

// Removes the records of a class in [begin, end): one Removal for each epoch.
core::Result<Removals> remove(Database& database, std::string_view which, Position begin,
                              Position end, Removed what, std::string_view cause) {
    const std::string where = " FROM event WHERE " + std::string(which) +
                              " AND (epoch, seq) >= (?, ?) AND (epoch, seq) < (?, ?)";
    auto query = database.prepare("SELECT epoch, min(seq), max(seq), count(*)" + where +
                                  " GROUP BY epoch ORDER BY epoch");
    if (!query) return query.error();
    bind(*query, 1, begin);
    bind(*query, 3, end);
    Removals removals;
    for (;;) {
        const auto row = query->step();
        if (!row) return row.error();
        if (!*row) break;
        removals.push_back({what, static_cast<std::uint64_t>(query->integer(0)),
                            static_cast<core::Seq>(query->integer(1)),
                            static_cast<core::Seq>(query->integer(2)),
                            static_cast<std::uint64_t>(query->integer(3)), std::string(cause)});
    }
    if (removals.empty()) return removals;
    auto removal = database.prepare("DELETE" + where);
    if (!removal) return removal.error();
    bind(*removal, 1, begin);
    bind(*removal, 3, end);
    const auto done = removal->step();
    if (!done) return done.error();
    return removals;
}

// "All" says itself that nothing earlier remains: the newest of them is enough.
core::Result<Removals> remove_sent(Database& database, Position end, std::string_view cause) {
    auto removals = remove(database, any_class, {}, end, Removed::all, cause);
    if (!removals || removals->empty()) return removals;
    Removal last = removals->back();
    last.first = 1;
    last.count = last.last;
    auto marked = write_mark(database, {mark_pruned, {last.epoch, last.last}});
    if (!marked) return marked.error();
    return Removals{std::move(last)};
}

core::Status note(Database& database, const Removals& removals) {
    auto insert = database.prepare(
        "INSERT INTO removal(what, epoch, first, last, count, cause) VALUES(?, ?, ?, ?, ?, ?)");
    if (!insert) return insert.error();
    for (const Removal& removal : removals) {
        insert->bind(1, core::to_string(removal.what));
        insert->bind(2, static_cast<std::int64_t>(removal.epoch));
        insert->bind(3, static_cast<std::int64_t>(removal.first));
        insert->bind(4, static_cast<std::int64_t>(removal.last));
        insert->bind(5, static_cast<std::int64_t>(removal.count));
        insert->bind(6, removal.cause);
        const auto done = insert->step();
        insert->reset();
        if (!done) return done.error();
    }
    return core::Done{};
}

using Work = std::function<core::Status(Removals&)>;

// All of it, and its notes, or nothing.
core::Result<Removals> in_transaction(Database& database, const Work& work) {
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun.error();
    Removals removals;
    auto done = work(removals);
    if (done) done = note(database, removals);
    if (done) done = database.execute("COMMIT");
    if (!done) {
        (void)database.execute("ROLLBACK");
        return done.error();
    }
    return removals;
}

core::Status add(core::Result<Removals> more, Removals& removals) {
    if (!more) return more.error();
    std::move(more->begin(), more->end(), std::back_inserter(removals));
    return core::Done{};
}

core::Result<std::int64_t> used_by_reserved(Database& database) {
    return database.integer("SELECT bytes FROM usage WHERE class = 0");
}

// One round: false when nothing is left that could go.
core::Result<bool> lose_oldest(Database& database, std::int64_t bytes, std::int64_t excess,
                               Removals& removals) {
    const auto end = newest(database);
    if (!end) return end.error();
    const auto by_reserved = used_by_reserved(database);
    if (!by_reserved) return by_reserved.error();
    std::string_view victims = *by_reserved > bytes / 4 * 3 ? reserved : not_reserved;
    auto up_to = end_of_oldest(database, victims, excess, *end);
    if (up_to && *up_to == Position{}) {
        victims = victims == reserved ? not_reserved : reserved;
        up_to = end_of_oldest(database, victims, excess, *end);
    }
    if (!up_to) return up_to.error();
    if (*up_to == Position{}) return false;
    auto added = add(remove(database, victims, {}, *up_to, Removed::lost, "size"), removals);
    if (!added) return added.error();
    return true;
}

core::Status shrink(Database& database, std::int64_t bytes, Position sent, Removals& removals) {
    const std::int64_t target = bytes - bytes / 8;
    auto used = used_bytes(database);
    const auto end = newest(database);
    if (!used || !end) return !used ? used.error() : end.error();
    const auto sent_end =
        end_of_oldest(database, any_class, *used - target, std::min(after(sent), *end));
    if (!sent_end) return sent_end.error();
    if (auto done = add(remove_sent(database, *sent_end, "size"), removals); !done) return done;
    for (;;) {
        used = used_bytes(database);
        if (!used) return used.error();
        if (*used <= target) return core::Done{};
        const auto went = lose_oldest(database, bytes, *used - target, removals);
        if (!went) return went.error();
        if (!*went) return core::Done{};
    }
}

core::Status remove_old(Database& database, WallTime keep_from, WallTime keep_routine_from,
                        Position sent, Removals& removals) {
    const auto last = newest(database);
    if (!last) return last.error();
    const auto end = first_younger(database, any_class, keep_from, *last);
    const auto routine_end = first_younger(database, routine_here, keep_routine_from, *last);
    if (!end || !routine_end) return !end ? end.error() : routine_end.error();
    const Position sent_end = std::min(after(sent), *end);
    auto done = add(remove_sent(database, sent_end, "retention"), removals);
    if (done)
        done =
            add(remove(database, any_class, sent_end, *end, Removed::lost, "retention"), removals);
    if (done)
        done = add(remove(database, routine_here, {}, *routine_end, Removed::routine, "retention"),
                   removals);
    return done;
}

}  // namespace

core::Result<Removals> make_room(Database& database, std::int64_t bytes, Position sent) {
    const auto used = used_bytes(database);
    if (!used) return used.error();
    if (*used <= bytes) return Removals{};
    return in_transaction(
        database, [&](Removals& removals) { return shrink(database, bytes, sent, removals); });
}

core::Result<Removals> expire(Database& database, WallTime keep_from, WallTime keep_routine_from,
                              Position sent) {
    return in_transaction(database, [&](Removals& removals) {
        return remove_old(database, keep_from, keep_routine_from, sent, removals);
    });
}

core::Result<std::int64_t> used_bytes(Database& database) {
    return database.integer("SELECT sum(bytes) FROM usage");
}

core::Result<Removals> unrecorded(Database& database) {
    auto query = database.prepare(
        "SELECT what, epoch, first, last, count, cause FROM removal ORDER BY rowid");
    if (!query) return query.error();
    Removals removals;
    for (;;) {
        const auto row = query->step();
        if (!row) return row.error();
        if (!*row) return removals;
        const auto what = core::from_string<Removed>(query->text(0));
        if (!what) continue;
        removals.push_back(
            {*what, static_cast<std::uint64_t>(query->integer(1)),
             static_cast<core::Seq>(query->integer(2)), static_cast<core::Seq>(query->integer(3)),
             static_cast<std::uint64_t>(query->integer(4)), std::string(query->text(5))});
    }
}

core::Status forget(Database& database, const Removal& removal) {
    auto query = database.prepare(
        "DELETE FROM removal WHERE what = ? AND epoch = ? AND first = ? AND last = ? AND count = "
        "?");
    if (!query) return query.error();
    query->bind(1, core::to_string(removal.what));
    query->bind(2, static_cast<std::int64_t>(removal.epoch));
    query->bind(3, static_cast<std::int64_t>(removal.first));
    query->bind(4, static_cast<std::int64_t>(removal.last));
    query->bind(5, static_cast<std::int64_t>(removal.count));
    const auto done = query->step();
    if (!done) return done.error();
    return core::Done{};
}

}  // namespace vaktpost::events
