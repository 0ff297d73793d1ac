// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/spool.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "platform/base/clock.h"

namespace vaktpost::events {
namespace {

// The room is nearly used up from there, and no longer from there.
constexpr std::int64_t filling_percent = 75;
constexpr std::int64_t relaxed_percent = 50;

constexpr Position everything{std::numeric_limits<std::int64_t>::max(), 0};

std::int64_t number_in(const core::Record& record, std::string_view key) {
    for (const core::Field& field : record.data)
        if (field.key == key)
            if (const auto* number = std::get_if<std::int64_t>(&field.value)) return *number;
    return 0;
}

std::string_view word_in(const core::Record& record, std::string_view key) {
    for (const core::Field& field : record.data)
        if (field.key == key)
            if (const auto* text = std::get_if<std::string>(&field.value)) return *text;
    return {};
}

// The removal that a record tells of. A log.gap without an epoch is about records that never got
// here.
std::optional<core::Removal> removal_told_by(const core::Record& record) {
    const bool pruned = record.type == core::EventType::log_pruned;
    if (!pruned && record.type != core::EventType::log_gap) return std::nullopt;
    const auto what = pruned ? core::from_string<core::Removed>(word_in(record, "what"))
                             : std::optional(core::Removed::lost);
    const std::int64_t epoch = number_in(record, "epoch");
    if (!what || epoch == 0) return std::nullopt;
    return core::Removal{*what,
                         static_cast<std::uint64_t>(epoch),
                         static_cast<core::Seq>(number_in(record, "first")),
                         static_cast<core::Seq>(number_in(record, "last")),
                         static_cast<std::uint64_t>(number_in(record, "count")),
                         {}};
}

void add_shipping(core::Record& record, const Shipping& shipping) {
    if (shipping.acknowledged != Position{}) {
        record.data.push_back(
            {"acknowledged_epoch", static_cast<std::int64_t>(shipping.acknowledged.epoch)});
        record.data.push_back(
            {"acknowledged_seq", static_cast<std::int64_t>(shipping.acknowledged.seq)});
    }
    record.data.push_back({"waiting", static_cast<std::int64_t>(shipping.waiting)});
}

std::vector<core::Event> events_of(std::vector<core::Removal> removals) {
    std::vector<core::Event> events;
    events.reserve(removals.size());
    for (auto& removal : removals) events.emplace_back(core::RecordsRemoved{std::move(removal)});
    return events;
}

}  // namespace

Spool::Spool(EventStore store, const LogStart& plan)
    : store_(std::move(store)),
      head_{plan.epoch, plan.next_seq - 1, plan.previous, {}, {}},
      expiry_(platform::now(), wall_now()) {}

core::Result<Spool> Spool::begin(EventStore store, const LogStart& plan) {
    Spool spool(std::move(store), plan);
    auto ledger = RoutineLedger::read(spool.store_.database());
    if (!ledger) return ledger.error();
    spool.ledger_ = std::move(*ledger);
    const auto acknowledged = read_mark(spool.store_.database(), mark_acknowledged);
    if (!acknowledged) return acknowledged.error();
    spool.shipping_.acknowledged = *acknowledged;
    if (auto counted = spool.count_waiting(); !counted) return counted.error();
    return spool;
}

core::Status Spool::store(const std::vector<Queued>& batch, std::optional<Position> acknowledged) {
    std::vector<Row> rows;
    rows.reserve(batch.size());
    Beside beside;
    RoutineLedger ledger = ledger_;
    Digest previous = head_.digest;
    for (const Queued& item : batch) {
        const core::Record record = completed(item.record, ledger, beside);
        const Stamp stamp{head_.epoch, item.time, fresh_salt(), previous};
        rows.push_back({record.seq, record_text(record, *item.origin, stamp),
                        class_of(record, item.origin->routine_stays)});
        previous = digest_of(rows.back().record);
        if (rows.back().record_class == RecordClass::routine_here)
            ledger.add({head_.epoch, record.seq}, record.type, previous);
    }
    const bool news = acknowledged && is_news(*acknowledged);
    if (news) beside.marks.push_back({mark_acknowledged, *acknowledged});
    if (auto done = store_.commit(head_.epoch, rows, beside); !done) return done;

    ledger_ = std::move(ledger);
    if (!rows.empty()) head_ = *store_.head();
    shipping_.waiting +=
        static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), [](const Row& row) {
            return row.record_class != RecordClass::routine_here;
        }));
    if (!news) return core::Done{};
    shipping_.acknowledged = *acknowledged;
    return count_waiting();
}

// With what the log alone knows.
core::Record Spool::completed(const core::Record& record, RoutineLedger& ledger,
                              Beside& beside) const {
    core::Record whole = record;
    if (record.type == core::EventType::heartbeat) add_shipping(whole, shipping_);
    if (record.type == core::EventType::log_routine)
        if (const auto last = ledger.count_into(whole, head_.epoch))
            beside.marks.push_back({mark_routine, *last});
    if (auto removal = removal_told_by(record)) beside.told.push_back(std::move(*removal));
    return whole;
}

bool Spool::is_news(Position acknowledged) const {
    return acknowledged > shipping_.acknowledged &&
           acknowledged <= Position{head_.epoch, head_.seq};
}

core::Status Spool::count_waiting() {
    auto query = store_.database().prepare(
        "SELECT count(*) FROM event WHERE class <> 3 AND (epoch, seq) > (?, ?)");
    if (!query) return query.error();
    query->bind(1, static_cast<std::int64_t>(shipping_.acknowledged.epoch));
    query->bind(2, static_cast<std::int64_t>(shipping_.acknowledged.seq));
    const auto row = query->step();
    if (!row) return row.error();
    shipping_.waiting = static_cast<std::uint64_t>(query->integer(0));
    return core::Done{};
}

core::Result<std::vector<core::Event>> Spool::tidy(const LogRoom& room) {
    Database& database = store_.database();
    auto removals =
        make_room(database, room.bytes, room.centre ? shipping_.acknowledged : Position{});
    if (!removals) return removals.error();
    const WallTime wall = wall_now();
    if (expiry_.is_due(platform::now(), wall)) {
        const auto keep_from = [&](core::Duration age) {
            return wall - std::chrono::duration_cast<std::chrono::milliseconds>(age);
        };
        auto old = expire(database, keep_from(room.retention), keep_from(room.routine_retention),
                          room.centre ? shipping_.acknowledged : everything);
        if (!old) return old.error();
        std::move(old->begin(), old->end(), std::back_inserter(*removals));
    }
    if (!removals->empty())
        if (auto counted = count_waiting(); !counted) return counted.error();
    auto events = events_of(std::move(*removals));
    auto full = filling(room);
    if (!full) return full.error();
    if (*full) events.emplace_back(**full);
    return events;
}

core::Result<std::vector<core::Event>> Spool::untold() {
    auto removals = unrecorded(store_.database());
    if (!removals) return removals.error();
    return events_of(std::move(*removals));
}

// Once, until there is room again.
core::Result<std::optional<core::LogFilling>> Spool::filling(const LogRoom& room) {
    const bool lacks = room.centre && shipping_.waiting > 0;
    if (!lacks && !filling_told_) return std::optional<core::LogFilling>();
    const auto used = used_bytes(store_.database());
    if (!used) return used.error();
    const std::int64_t percent = *used * 100 / room.bytes;
    if (percent < relaxed_percent) filling_told_ = false;
    if (percent < filling_percent || !lacks || filling_told_)
        return std::optional<core::LogFilling>();
    filling_told_ = true;
    return std::optional(core::LogFilling{percent, shipping_.waiting});
}

}  // namespace vaktpost::events
