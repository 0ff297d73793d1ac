// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/spool.h"

#include <catch2/catch.hpp>

#include "tests/unit/events/samples.h"
#include "tests/unit/events/temp_folder.h"

using namespace vaktpost;
using namespace std::chrono_literals;
using core::EventType;
using events::Position;
using events::Queued;
using events::Spool;

namespace {

Spool spool_in(const std::filesystem::path& folder) {
    auto store = events::EventStore::open(folder);
    REQUIRE(store);
    const auto plan = events::plan_start(store->head(), store->noted_epoch(), store->damage());
    auto spool = Spool::begin(std::move(*store), plan);
    REQUIRE(spool);
    return std::move(*spool);
}

std::shared_ptr<const events::Origin> origin(bool routine_stays) {
    auto origin = test::sample_origin();
    origin.routine_stays = routine_stays;
    return std::make_shared<const events::Origin>(std::move(origin));
}

// Numbers go on from `next`.
struct Written {
    test::TempFolder folder;
    std::optional<Spool> spool{spool_in(folder.path())};
    core::Seq next = 1;
    bool routine_stays = true;

    core::Record record(EventType type) { return test::sample(next++, type); }
    void store(std::vector<core::Record> records, std::optional<Position> acknowledged = {}) {
        std::vector<Queued> batch;
        for (auto& each : records)
            batch.push_back({std::move(each), origin(routine_stays), events::wall_now(), {}});
        REQUIRE(spool->store(batch, acknowledged));
    }
    void store(EventType type) { store(std::vector{record(type)}); }
    void open_again() {
        spool.reset();
        spool = spool_in(folder.path());
    }
    [[nodiscard]] boost::json::object data_of_last() const {
        return test::parsed(stored().back().text).at("data").as_object();
    }
    [[nodiscard]] std::vector<test::Stored> stored() const {
        return test::read_all(folder.path() / "events.db");
    }
    [[nodiscard]] std::string digest_line(core::Seq seq) const {
        return std::to_string(seq) + " " +
               events::to_hex(events::digest_of(stored()[seq - 1].text));
    }
};

constexpr auto routine = EventType::card_removed;
constexpr auto urgent = EventType::usb_blocked;

}  // namespace

TEST_CASE_METHOD(Written, "routine records that stay here are counted with their hashes") {
    store(routine);
    store(urgent);
    store({record(EventType::card_inserted), record(routine), record(EventType::log_routine)});
    const auto data = data_of_last();
    CHECK(data.at("first") == 1);
    CHECK(data.at("last") == 4);
    CHECK(data.at("count") == 3);
    CHECK(data.at("counts") == boost::json::array{"card.inserted=1", "card.removed=2"});
    CHECK(data.at("digests") == boost::json::array{digest_line(1).c_str(), digest_line(3).c_str(),
                                                   digest_line(4).c_str()});
    store(EventType::log_routine);
    CHECK(data_of_last() == boost::json::object{{"count", 0}});
}

TEST_CASE_METHOD(Written, "what a run before did not count is counted by the next one") {
    store(routine);
    store(EventType::log_routine);
    store(routine);
    open_again();
    store(EventType::log_routine);
    CHECK(data_of_last().at("digests") == boost::json::array{digest_line(3).c_str()});
}

TEST_CASE_METHOD(Written, "one record counts a bounded number, the next one the others") {
    std::vector<core::Record> many;
    for (int i = 0; i < 150; ++i) many.push_back(record(routine));
    store(std::move(many));
    store(EventType::log_routine);
    CHECK(data_of_last().at("count") == 128);
    open_again();
    store(EventType::log_routine);
    CHECK(data_of_last().at("first") == 129);
    CHECK(data_of_last().at("count") == 22);
}

TEST_CASE_METHOD(Written, "routine records that leave are not counted") {
    routine_stays = false;
    store(routine);
    store(EventType::log_routine);
    CHECK(data_of_last().at("count") == 0);
}

TEST_CASE_METHOD(Written, "a heartbeat says what the centre has and how much waits") {
    store(urgent);
    store(routine);
    store(EventType::heartbeat);
    CHECK(data_of_last() == boost::json::object{{"waiting", 1}});
    store({record(EventType::heartbeat)}, Position{1, 1});
    store(EventType::heartbeat);
    CHECK(data_of_last() ==
          boost::json::object{{"acknowledged_epoch", 1}, {"acknowledged_seq", 1}, {"waiting", 2}});
}

TEST_CASE_METHOD(Written, "an acknowledgement survives, and counts once and in order only") {
    for (int i = 0; i < 5; ++i) store(urgent);
    store({}, Position{1, 3});
    CHECK(spool->shipping().waiting == 2);
    open_again();
    CHECK(spool->shipping().acknowledged == Position{1, 3});
    CHECK(spool->shipping().waiting == 2);
    store({}, Position{1, 2});
    store({}, Position{1, 6});  // not written yet
    store({}, Position{9, 1});
    CHECK(spool->shipping().acknowledged == Position{1, 3});
}

TEST_CASE_METHOD(Written, "room is made, told of, and told of again where no record did") {
    for (int i = 0; i < 40; ++i) store(urgent);
    const events::LogRoom room{10'000, 24h * 90, 24h * 7, true};
    const auto events = spool->tidy(room);
    REQUIRE(events);
    REQUIRE(events->size() == 2);
    const auto& removal = std::get<core::RecordsRemoved>(events->at(0)).removal;
    CHECK(removal.what == core::Removed::lost);
    CHECK(std::get<core::LogFilling>(events->at(1)).waiting == spool->shipping().waiting);
    open_again();
    const auto untold = spool->untold();
    REQUIRE(untold);
    REQUIRE(untold->size() == 1);
    CHECK(std::get<core::RecordsRemoved>(untold->at(0)).removal == removal);

    auto gap = record(EventType::log_gap);
    gap.data = {{"epoch", std::int64_t{1}},
                {"first", static_cast<std::int64_t>(removal.first)},
                {"last", static_cast<std::int64_t>(removal.last)},
                {"count", static_cast<std::int64_t>(removal.count)}};
    store({gap});
    CHECK(spool->untold()->empty());
}

TEST_CASE_METHOD(Written, "a room that fills is told once until it has emptied") {
    for (int i = 0; i < 10; ++i) store(urgent);
    const std::int64_t bytes = *events::used_bytes(
        *events::Database::open(folder.path() / "events.db", events::Access::read_write));
    const events::LogRoom room{bytes + bytes / 10 * 3, 24h * 90, 24h * 7, true};
    CHECK(spool->tidy(room)->size() == 1);
    CHECK(spool->tidy(room)->empty());
    store({}, Position{1, 10});
    CHECK(spool->tidy({bytes * 3, 24h * 90, 24h * 7, true})->empty());
    store(urgent);
    CHECK(spool->tidy(room)->size() == 1);
}
