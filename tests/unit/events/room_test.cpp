// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/room.h"

#include <catch2/catch.hpp>

#include "agent/events/event_store.h"
#include "tests/unit/events/samples.h"
#include "tests/unit/events/temp_folder.h"

using namespace vaktpost;
using namespace std::chrono_literals;
using core::Removal;
using core::Removed;
using events::Position;
using events::RecordClass;
using events::WallTime;

namespace {

constexpr WallTime first_day{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
constexpr Position everything{1'000'000, 0};

// A store whose records come a day apart.
struct Kept {
    test::TempFolder folder;
    events::EventStore store = std::move(*events::EventStore::open(folder.path()));
    std::int64_t bytes = 0;  // of one record

    void add(std::uint64_t epoch, core::Seq first, core::Seq last, RecordClass record_class) {
        std::vector<events::Row> rows;
        for (core::Seq seq = first; seq <= last; ++seq) {
            const WallTime time = first_day + 24h * static_cast<int>(seq - 1);
            auto text = events::record_text(test::sample(seq), test::sample_origin(),
                                            {epoch, time, {}, {}});
            text.resize(700, ' ');
            rows.push_back({seq, std::move(text), record_class});
        }
        REQUIRE(store.commit(epoch, rows));
        bytes = 732;
    }
    [[nodiscard]] std::vector<Position> left() const {
        std::vector<Position> positions;
        for (const auto& each : test::read_all(folder.path() / "events.db"))
            positions.push_back(each.position);
        return positions;
    }
    std::vector<Removal> shrink(std::int64_t records, Position sent = {}) {
        const auto removals = events::make_room(store.database(), records * bytes, sent);
        REQUIRE(removals);
        return *removals;
    }
    std::vector<Removal> expire(int keep_from_day, int routine_from_day, Position sent) {
        const auto removals = events::expire(store.database(), first_day + 24h * keep_from_day,
                                             first_day + 24h * routine_from_day, sent);
        REQUIRE(removals);
        return *removals;
    }
};

}  // namespace

TEST_CASE_METHOD(Kept, "nothing goes while there is room") {
    add(1, 1, 16, RecordClass::ordinary);
    CHECK(shrink(16).empty());
    CHECK(left().size() == 16);
    CHECK(*events::used_bytes(store.database()) == 16 * bytes);
}

TEST_CASE_METHOD(Kept, "what the centre has goes first, and is not lost") {
    add(1, 1, 20, RecordClass::reserved);
    const auto removals = shrink(16, {1, 12});
    CHECK(removals == std::vector<Removal>{{Removed::all, 1, 1, 6, 6, "size"}});
    CHECK(left().front() == Position{1, 7});
    CHECK(left().size() == 14);
}

TEST_CASE_METHOD(Kept,
                 "what the centre lacks is lost when there is no other way, the oldest first") {
    add(1, 1, 20, RecordClass::ordinary);
    const auto removals = shrink(16, {1, 2});
    CHECK(removals == std::vector<Removal>{{Removed::all, 1, 1, 2, 2, "size"},
                                           {Removed::lost, 1, 3, 6, 4, "size"}});
    CHECK(left().front() == Position{1, 7});
}

TEST_CASE_METHOD(Kept, "chatter cannot push out what is reserved") {
    add(1, 1, 4, RecordClass::reserved);
    add(1, 5, 40, RecordClass::ordinary);
    add(1, 41, 60, RecordClass::routine);
    const auto removals = shrink(16);
    CHECK(removals == std::vector<Removal>{{Removed::lost, 1, 5, 50, 46, "size"}});
    CHECK(left().size() == 14);
    CHECK(left()[3] == Position{1, 4});
}

TEST_CASE_METHOD(Kept, "what is reserved leaves a quarter of the room to the rest") {
    add(1, 1, 2, RecordClass::ordinary);
    add(1, 3, 40, RecordClass::reserved);
    add(1, 41, 41, RecordClass::ordinary);
    CHECK(shrink(16) == std::vector<Removal>{{Removed::lost, 1, 3, 29, 27, "size"}});
    CHECK(left().front() == Position{1, 1});
}

TEST_CASE_METHOD(Kept, "the newest record always stays") {
    add(1, 1, 3, RecordClass::ordinary);
    CHECK(shrink(1) == std::vector<Removal>{{Removed::lost, 1, 1, 2, 2, "size"}});
    CHECK(left() == std::vector<Position>{{1, 3}});
}

TEST_CASE_METHOD(Kept,
                 "records that are too old go, and say so once for all that went before them") {
    add(1, 1, 5, RecordClass::ordinary);
    add(2, 1, 10, RecordClass::reserved);
    CHECK(expire(4, 0, everything) ==
          std::vector<Removal>{{Removed::all, 1, 1, 4, 4, "retention"}});
    CHECK(expire(7, 0, everything) ==
          std::vector<Removal>{{Removed::all, 2, 1, 7, 7, "retention"}});
    CHECK(left() == std::vector<Position>{{2, 8}, {2, 9}, {2, 10}});
}

TEST_CASE_METHOD(Kept, "what is too old and not at the centre is lost, epoch by epoch") {
    add(1, 1, 5, RecordClass::ordinary);
    add(2, 1, 10, RecordClass::ordinary);
    CHECK(expire(7, 0, {1, 2}) == std::vector<Removal>{{Removed::all, 1, 1, 2, 2, "retention"},
                                                       {Removed::lost, 1, 3, 5, 3, "retention"},
                                                       {Removed::lost, 2, 1, 7, 7, "retention"}});
}

TEST_CASE_METHOD(Kept, "routine records that stayed here have a shorter life") {
    add(1, 1, 2, RecordClass::reserved);
    add(1, 3, 6, RecordClass::routine_here);
    add(1, 7, 9, RecordClass::reserved);
    CHECK(expire(0, 4, everything) ==
          std::vector<Removal>{{Removed::routine, 1, 3, 4, 2, "retention"}});
    CHECK(left().size() == 7);
}

TEST_CASE_METHOD(Kept, "a removal stays noted until a record tells of it") {
    add(1, 1, 20, RecordClass::ordinary);
    const auto removals = shrink(16, {1, 2});
    CHECK(*events::unrecorded(store.database()) == removals);
    events::Beside beside;
    beside.told = {removals[0]};
    std::vector<events::Row> rows{{21, "{}", RecordClass::reserved}};
    REQUIRE(store.commit(1, rows, beside));
    CHECK(*events::unrecorded(store.database()) == std::vector<Removal>{removals[1]});
}
