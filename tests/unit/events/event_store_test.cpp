// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/event_store.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "agent/events/set_aside.h"
#include "tests/unit/events/samples.h"
#include "tests/unit/events/temp_folder.h"

using namespace vaktpost;
using events::EventStore;
using events::Row;

namespace {

namespace fs = std::filesystem;

std::vector<Row> rows(core::Seq first, core::Seq last) {
    std::vector<Row> list;
    for (core::Seq seq = first; seq <= last; ++seq)
        list.push_back(
            {seq, events::record_text(test::sample(seq), test::sample_origin(), {1, {}, {}, {}})});
    return list;
}

void fill(const fs::path& folder, core::Seq last) {
    auto store = EventStore::open(folder);
    REQUIRE(store);
    REQUIRE(store->commit(1, rows(1, last)));
}

void overwrite(const fs::path& path, std::streamoff offset, std::size_t size) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(offset);
    file << std::string(size, '\xAA');
}

void check_set_aside(const fs::path& folder) {
    auto store = EventStore::open(folder);
    REQUIRE(store);
    CHECK_FALSE(store->damage().empty());
    CHECK_FALSE(store->head());
    CHECK(store->noted_epoch() == 1);
    CHECK(fs::exists(folder / "events.db.damaged-1"));
    CHECK(store->commit(2, rows(1, 1)));
    CHECK(test::read_all(folder / "events.db").size() == 1);
}

mode_t mode_of(const fs::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

}  // namespace

TEST_CASE(
    "an empty folder gets an empty database that only its owner may write and its group may read") {
    const test::TempFolder folder;
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    CHECK_FALSE(store->head());
    CHECK(store->noted_epoch() == 0);
    CHECK(store->damage().empty());
    REQUIRE(store->commit(1, rows(1, 2)));
    for (const auto* name : {"events.db", "events.db-wal", "events.db-shm", "epoch"})
        CHECK(mode_of(folder.path() / name) == 0640);
}

TEST_CASE("the database has the table that others read, and its marks") {
    const test::TempFolder folder;
    fill(folder.path(), 1);
    auto database = events::Database::open(folder.path() / "events.db", events::Access::read_only);
    REQUIRE(database);
    auto columns = database->prepare(
        "SELECT group_concat(name || ' ' || type || ' ' || pk) FROM pragma_table_info('event')");
    REQUIRE(columns);
    REQUIRE(*columns->step());
    CHECK(columns->text(0) == "epoch INTEGER 1,seq INTEGER 2,record TEXT 0,class INTEGER 0");
    CHECK(*database->integer("PRAGMA application_id") == 0x56616b74);
    CHECK(*database->integer("PRAGMA user_version") == 2);
}

TEST_CASE("a store that is opened again ends where it was left") {
    const test::TempFolder folder;
    fill(folder.path(), 5);
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    REQUIRE(store->head());
    CHECK(store->head()->epoch == 1);
    CHECK(store->head()->seq == 5);
    CHECK(store->head()->digest == events::digest_of(rows(5, 5)[0].record));
    CHECK(store->head()->type == "card.removed");
    CHECK(store->head()->boot_id == test::sample_origin().boot_id);
    CHECK(store->noted_epoch() == 1);
}

TEST_CASE("a second writer is kept out") {
    const test::TempFolder folder;
    auto first = EventStore::open(folder.path());
    REQUIRE(first);
    const auto second = EventStore::open(folder.path());
    REQUIRE_FALSE(second);
    CHECK(second.error().detail == "another agent has it");
}

TEST_CASE("rows that cannot all be stored are not stored at all") {
    const test::TempFolder folder;
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    REQUIRE(store->commit(1, rows(1, 3)));
    CHECK_FALSE(store->commit(1, rows(3, 5)));
    CHECK(test::read_all(folder.path() / "events.db").size() == 3);
    CHECK(store->commit(1, rows(4, 5)));
}

TEST_CASE("a database with a broken header is set aside and kept") {
    const test::TempFolder folder;
    fill(folder.path(), 5);
    overwrite(folder.path() / "events.db", 0, 100);
    check_set_aside(folder.path());
}

TEST_CASE("a database with broken pages is set aside, and what can be read of it is saved") {
    const test::TempFolder folder;
    fill(folder.path(), 2000);
    const auto before = test::read_all(folder.path() / "events.db");
    const auto size = static_cast<std::streamoff>(fs::file_size(folder.path() / "events.db"));
    overwrite(folder.path() / "events.db", size / 2 / 4096 * 4096, 3 * 4096);
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    CHECK_FALSE(store->damage().empty());
    CHECK(fs::exists(folder.path() / "events.db.damaged-1"));
    REQUIRE(store->head());
    CHECK(store->head()->seq == 2000);
    const auto after = test::read_all(folder.path() / "events.db");
    CHECK(after.size() > 1000);
    CHECK(after.size() < 2000);
    for (const auto& saved : after) CHECK(saved.text == before[saved.position.seq - 1].text);
    const auto lost = events::unrecorded(store->database());
    REQUIRE(lost);
    REQUIRE(lost->size() == 1);
    CHECK(lost->front() ==
          core::Removal{core::Removed::lost, 1, 1, 2000, 2000 - after.size(), "damage"});
    CHECK(store->commit(2, rows(1, 1)));
}

TEST_CASE("a database of the version before gets what it lacks and keeps its records") {
    const test::TempFolder folder;
    {
        std::ofstream(folder.path() / "events.db");
        auto database =
            events::Database::open(folder.path() / "events.db", events::Access::read_write);
        REQUIRE(database);
        REQUIRE(database->execute(
            "CREATE TABLE event(epoch INTEGER, seq INTEGER, record TEXT, PRIMARY KEY(epoch, seq)) "
            "WITHOUT ROWID; PRAGMA application_id=1449225076; PRAGMA user_version=1;"));
        for (const Row& row : rows(1, 3))
            REQUIRE(database->execute(("INSERT INTO event VALUES(1, " + std::to_string(row.seq) +
                                       ", '" + row.record + "')")
                                          .c_str()));
    }
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    CHECK(store->damage().empty());
    CHECK(store->head()->seq == 3);
    CHECK(*events::used_bytes(store->database()) > 3 * 300);
    CHECK(store->commit(1, rows(4, 4)));
    CHECK(test::read_all(folder.path() / "events.db").size() == 4);
}

TEST_CASE("a database that is none of ours is set aside and kept") {
    const test::TempFolder folder;
    fill(folder.path(), 1);
    {
        auto database =
            events::Database::open(folder.path() / "events.db", events::Access::read_write);
        REQUIRE(database);
        REQUIRE(database->execute("PRAGMA application_id=7"));
    }
    check_set_aside(folder.path());
}

TEST_CASE("a database whose last record is no record is set aside and kept") {
    const test::TempFolder folder;
    fill(folder.path(), 1);
    {
        auto database =
            events::Database::open(folder.path() / "events.db", events::Access::read_write);
        REQUIRE(database);
        REQUIRE(database->execute("UPDATE event SET record = 'gone'"));
    }
    check_set_aside(folder.path());
}

TEST_CASE("a write-ahead log without its database is set aside and kept") {
    const test::TempFolder folder;
    {
        auto store = EventStore::open(folder.path());
        REQUIRE(store);
        REQUIRE(store->commit(1, rows(1, 3)));
        fs::remove(folder.path() / "events.db");
    }
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    CHECK_FALSE(store->damage().empty());
    CHECK(fs::file_size(folder.path() / "events.db.damaged-1-wal") > 0);
}

TEST_CASE("databases set aside never replace each other") {
    const test::TempFolder folder;
    for (int round = 1; round <= 3; ++round) {
        std::ofstream(folder.path() / "events.db")
            << "not a database, number " << round << std::string(1000, '.');
        REQUIRE(EventStore::open(folder.path()));
        CHECK(fs::exists(folder.path() / ("events.db.damaged-" + std::to_string(round))));
    }
}

TEST_CASE("a database that was taken away is noticed before anything is written to it") {
    const test::TempFolder folder;
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    REQUIRE(store->commit(1, rows(1, 1)));
    fs::rename(folder.path() / "events.db", folder.path() / "elsewhere");
    CHECK_FALSE(store->commit(1, rows(2, 2)));
}

TEST_CASE("a folder that is not there is an error, not an epoch") {
    const test::TempFolder folder;
    CHECK_FALSE(EventStore::open(folder.path() / "none"));
}
