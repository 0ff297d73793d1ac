// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/spool.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>
#include <vector>

#include "agent/events/event_store.h"
#include "tests/unit/events/temp_folder.h"

using namespace vaktpost;
using events::EventStore;
using events::Position;
using events::RecordClass;
using events::Row;

namespace {

// A log, and what a link would send of it.
struct World {
    test::TempFolder folder;
    std::optional<EventStore> store;
    link::Spool spool{folder.path() / events::database_name};

    World() { open(); }
    void open() {
        auto opened = EventStore::open(folder.path());
        REQUIRE(opened);
        store.emplace(std::move(*opened));
    }
    void commit(std::uint64_t epoch, std::vector<Row> rows, Position acknowledged = {}) {
        events::Beside beside;
        if (acknowledged.epoch != 0)
            beside.marks.push_back({events::mark_acknowledged, acknowledged});
        REQUIRE(store->commit(epoch, rows, beside));
        spool.look_again();
    }
    std::vector<std::string> send_all() {
        std::vector<std::string> texts;
        while (const auto* record = spool.next()) {
            texts.push_back(record->text);
            spool.advance();
        }
        CHECK(spool.trouble().empty());
        return texts;
    }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a link sends what the centre does not have, and not what stays on the machine") {
    World world;
    world.commit(3, {{1, "a"}, {2, "b"}, {3, "c", RecordClass::routine_here}, {4, "d"}}, {3, 1});
    CHECK(world.send_all() == Texts{"b", "d"});
    CHECK(world.send_all().empty());
    world.commit(3, {{5, "e"}});
    CHECK(world.send_all() == Texts{"e"});
}

TEST_CASE("what was sent and not acknowledged comes again, what was acknowledged never") {
    World world;
    world.commit(1, {{1, "a"}, {2, "b"}, {3, "c"}});
    CHECK(world.send_all() == Texts{"a", "b", "c"});
    world.spool.acknowledge({1, 2});
    world.spool.acknowledge({1, 1});
    world.spool.rewind();
    CHECK(world.send_all() == Texts{"c"});
}

TEST_CASE("a mark of the agent's that is behind takes nothing back") {
    World world;
    world.commit(1, {{1, "a"}, {2, "b"}});
    CHECK(world.send_all() == Texts{"a", "b"});
    world.spool.acknowledge({1, 2});
    world.commit(1, {{3, "c"}}, {1, 1});
    world.spool.rewind();
    CHECK(world.send_all() == Texts{"c"});
}

TEST_CASE("without a database nothing is sent, and that is no trouble") {
    test::TempFolder folder;
    link::Spool spool(folder.path() / events::database_name);
    CHECK(spool.next() == nullptr);
    CHECK(spool.trouble().empty());
}

TEST_CASE("a database that comes later is read from its begin") {
    test::TempFolder folder;
    link::Spool spool(folder.path() / events::database_name);
    CHECK(spool.next() == nullptr);
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    REQUIRE(store->commit(1, std::vector<Row>{{1, "a"}}));
    spool.look_again();
    REQUIRE(spool.next() != nullptr);
    CHECK(spool.next()->text == "a");
}

TEST_CASE("a database that takes another one's place is read on with its new epoch") {
    World world;
    world.commit(1, {{1, "a"}, {2, "b"}});
    CHECK(world.send_all() == Texts{"a", "b"});
    world.spool.acknowledge({1, 2});
    world.store.reset();
    for (const char* end : {"", "-wal", "-shm"}) {
        const std::string name = (world.folder.path() / events::database_name).string() + end;
        std::error_code ignored;
        std::filesystem::rename(name, name + ".away", ignored);
    }
    world.open();
    world.commit(2, {{1, "c"}});
    CHECK(world.send_all() == Texts{"c"});
}

TEST_CASE("more than is read at once comes in order, also where records are large") {
    World world;
    std::vector<Row> rows;
    Texts wanted;
    for (core::Seq seq = 1; seq <= 1500; ++seq) {
        wanted.push_back(std::to_string(seq));
        if (seq % 30 == 0) wanted.back().append(64 << 10, 'x');
        rows.push_back({seq, wanted.back()});
    }
    world.commit(1, std::move(rows));
    CHECK(world.send_all() == wanted);
}

TEST_CASE("a file that is no log is a trouble and says so") {
    World world;
    link::Spool spool("/etc/hostname");
    CHECK(spool.next() == nullptr);
    CHECK_FALSE(spool.trouble().empty());
}
