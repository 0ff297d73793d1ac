// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/event_reader.h"

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "agent/events/event_store.h"
#include "tests/unit/events/samples.h"
#include "tests/unit/events/temp_folder.h"

using namespace vaktpost;
using events::EventReader;
using events::EventStore;
using events::Position;
using events::Row;

namespace {

namespace fs = std::filesystem;

constexpr uid_t colleague = 60'001;
constexpr gid_t reviewers = 60'002;

void commit(EventStore& store, core::Seq first, core::Seq last) {
    std::vector<Row> rows;
    for (core::Seq seq = first; seq <= last; ++seq)
        rows.push_back(
            {seq, events::record_text(test::sample(seq), test::sample_origin(), {1, {}, {}, {}})});
    REQUIRE(store.commit(1, rows));
}

// As the package makes it: /var/lib/vaktpost is 2750 root:vaktpost-review.
void give_to_reviewers(const fs::path& folder) {
    REQUIRE(::chown(folder.c_str(), 0, reviewers) == 0);
    REQUIRE(::chmod(folder.c_str(), 02750) == 0);
}

// How many records somebody else reads, in a process of theirs; -1: not permitted, with words that
// help.
int read_as(uid_t uid, gid_t gid, const fs::path& database) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0) ::_exit(200);
        const auto reader = EventReader::open(database);
        if (!reader)
            ::_exit(reader.error().text().find("vaktpost-review") != std::string::npos ? 100 : 201);
        ::_exit(static_cast<int>(test::read_all(database).size()));
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status) == 100 ? -1 : WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("records are read while the log is being written, from a position on and from the end") {
    const test::TempFolder folder;
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    commit(*store, 1, 5);
    auto reader = EventReader::open(folder.path() / "events.db");
    REQUIRE(reader);
    std::vector<core::Seq> seen;
    const auto note = [&](Position position, std::string_view) {
        seen.push_back(position.seq);
        return true;
    };
    REQUIRE(reader->after({1, 3}, note));
    CHECK(seen == std::vector<core::Seq>{4, 5});
    commit(*store, 6, 7);
    seen.clear();
    REQUIRE(reader->after({1, 5}, note));
    CHECK(seen == std::vector<core::Seq>{6, 7});
    seen.clear();
    REQUIRE(reader->newest_first([&](Position position, std::string_view text) {
        note(position, text);
        return seen.size() < 2;
    }));
    CHECK(seen == std::vector<core::Seq>{7, 6});
}

TEST_CASE(
    "the group reads a running and a stopped log in a folder it may not write to; others read "
    "nothing") {
    if (::geteuid() != 0) {
        WARN("skipped: taking on other users takes root");
        return;
    }
    const test::TempFolder folder;
    give_to_reviewers(folder.path());
    const fs::path database = folder.path() / "events.db";
    {
        auto store = EventStore::open(folder.path());
        REQUIRE(store);
        commit(*store, 1, 5);
        CHECK(read_as(colleague, reviewers, database) == 5);
        CHECK(read_as(colleague, colleague, database) == -1);
        commit(*store, 6, 8);
        CHECK(read_as(colleague, reviewers, database) == 8);
    }
    CHECK(read_as(colleague, reviewers, database) == 8);
    CHECK(read_as(colleague, colleague, database) == -1);
}

TEST_CASE("the group reads a log whose agent was killed") {
    if (::geteuid() != 0) {
        WARN("skipped: taking on other users takes root");
        return;
    }
    const test::TempFolder folder;
    give_to_reviewers(folder.path());
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = EventStore::open(folder.path());
        if (!store) ::_exit(1);
        commit(*store, 1, 5);
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(read_as(colleague, reviewers, folder.path() / "events.db") == 5);
}

TEST_CASE("a reader does not hold the writer up and changes nothing") {
    const test::TempFolder folder;
    {
        auto store = EventStore::open(folder.path());
        REQUIRE(store);
        commit(*store, 1, 1);
        auto reader = EventReader::open(folder.path() / "events.db");
        REQUIRE(reader);
        REQUIRE(reader->after({}, [&](Position, std::string_view) {
            commit(*store, 2, 50);
            return false;
        }));
    }
    CHECK(test::read_all(folder.path() / "events.db").size() == 50);
}

TEST_CASE("a long log is read whole and in order") {
    const test::TempFolder folder;
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    commit(*store, 1, 2000);
    const auto all = test::read_all(folder.path() / "events.db");
    REQUIRE(all.size() == 2000);
    for (std::size_t i = 0; i < all.size(); ++i) REQUIRE(all[i].position.seq == i + 1);
}

TEST_CASE("a copy of the database alone is read without making files beside it") {
    const test::TempFolder folder;
    {
        auto store = EventStore::open(folder.path());
        REQUIRE(store);
        commit(*store, 1, 5);
    }
    const test::TempFolder elsewhere;
    fs::copy_file(folder.path() / "events.db", elsewhere.path() / "copy of events?.db");
    CHECK(test::read_all(elsewhere.path() / "copy of events?.db").size() == 5);
    CHECK(std::distance(fs::directory_iterator(elsewhere.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("a reader notices that the log was set aside") {
    const test::TempFolder folder;
    auto store = EventStore::open(folder.path());
    REQUIRE(store);
    auto reader = EventReader::open(folder.path() / "events.db");
    REQUIRE(reader);
    CHECK_FALSE(reader->replaced());
    fs::rename(folder.path() / "events.db", folder.path() / "away");
    CHECK(reader->replaced());
}

TEST_CASE("what is no log gives a clear error") {
    const test::TempFolder folder;
    const fs::path path = folder.path() / "x";
    CHECK(EventReader::open(path).error().detail == "No such file or directory");
    std::ofstream(path) << "hello, this is no database at all" << std::string(5000, '.');
    CHECK(EventReader::open(path).error().text().find("not a database") != std::string::npos);
    fs::resize_file(path, 0);
    CHECK(EventReader::open(path).error().detail == "not an event log of Vaktpost");
}
