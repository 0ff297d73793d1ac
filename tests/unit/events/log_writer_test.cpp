// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/log_writer.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/events/samples.h"
#include "tests/unit/events/small_disk.h"
#include "tests/unit/events/temp_folder.h"

using namespace vaktpost;
using namespace std::chrono_literals;
using events::LogLimits;
using events::LogWriter;

namespace {

constexpr auto grouped = core::EventType::card_removed;
constexpr auto urgent = core::EventType::usb_blocked;

// Retries come fast, so that no test waits.
LogLimits test_limits() {
    LogLimits limits;
    limits.retry_first = 10ms;
    limits.retry_most = 20ms;
    return limits;
}

struct Log {
    boost::asio::io_context io;
    std::vector<core::Event> reports;
    std::filesystem::path folder;
    LogWriter writer;

    explicit Log(std::filesystem::path where, LogLimits limits = test_limits())
        : folder(std::move(where)),
          writer(
              io, folder, test::sample_origin(),
              [this](const core::Event& event) { reports.push_back(event); }, limits) {}

    void append(core::Seq first, core::Seq last, core::EventType type = grouped) {
        for (core::Seq seq = first; seq <= last; ++seq) writer.append(test::sample(seq, type));
    }
    [[nodiscard]] auto stored() const { return test::read_all(folder / "events.db"); }

    // Waits for a report of this kind and forgets those before it; nothing where none comes.
    template <class Kind>
    std::optional<Kind> wait_for() {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (std::chrono::steady_clock::now() < end) {
            io.restart();
            io.poll();
            const auto found = std::find_if(
                reports.begin(), reports.end(),
                [](const core::Event& event) { return std::holds_alternative<Kind>(event); });
            if (found != reports.end()) {
                const Kind kind = std::get<Kind>(*found);
                reports.erase(reports.begin(), found + 1);
                return kind;
            }
            std::this_thread::sleep_for(5ms);
        }
        return std::nullopt;
    }
};

}  // namespace

TEST_CASE("records are stored as one chain, with what the log adds to them") {
    const test::TempFolder folder;
    Log log(folder.path());
    const auto start = log.writer.start();
    CHECK(start.epoch == 1);
    CHECK(start.next_seq == 1);
    log.append(1, 300);
    REQUIRE(log.writer.flush(10s));
    const auto stored = log.stored();
    REQUIRE(stored.size() == 300);
    CHECK(test::chain_holds(stored));
    CHECK(stored.back().position == events::Position{1, 300});
    CHECK(test::parsed(stored.back().text).at("host").as_string() == "ward-pc-7");
}

TEST_CASE("an urgent record does not wait for its group, and takes those before it along") {
    const test::TempFolder folder;
    LogLimits limits = test_limits();
    limits.group_time = 1h;
    Log log(folder.path(), limits);
    log.writer.start();
    log.append(1, 3);
    CHECK_FALSE(log.writer.flush(0ms));
    log.append(4, 4, urgent);
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (log.stored().size() < 4 && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(5ms);
    CHECK(log.stored().size() == 4);
}

TEST_CASE("records that are not urgent are stored when their group's time is over") {
    const test::TempFolder folder;
    LogLimits limits = test_limits();
    limits.group_time = 50ms;
    Log log(folder.path(), limits);
    log.writer.start();
    log.append(1, 3);
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (log.stored().size() < 3 && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(5ms);
    CHECK(log.stored().size() == 3);
}

TEST_CASE("a log that is opened again goes on with the chain and knows how it ended") {
    const test::TempFolder folder;
    {
        Log log(folder.path());
        log.writer.start();
        log.append(1, 2);
        log.append(3, 3, core::EventType::agent_stopping);
    }
    Log log(folder.path());
    const auto start = log.writer.start();
    CHECK(start.next_seq == 4);
    CHECK(start.previous_end == core::PreviousEnd::clean);
    log.append(4, 5);
    REQUIRE(log.writer.flush(10s));
    CHECK(log.stored().size() == 5);
    CHECK(test::chain_holds(log.stored()));
    log.io.poll();
    CHECK(log.reports.size() == 1);
    CHECK(log.wait_for<core::SourceBack>());
}

TEST_CASE("records carry the policy in force when they were appended") {
    const test::TempFolder folder;
    Log log(folder.path());
    log.writer.start();
    log.append(1, 1);
    auto origin = test::sample_origin();
    origin.policy_version = 43;
    log.writer.set_origin(origin);
    log.append(2, 2);
    REQUIRE(log.writer.flush(10s));
    const auto stored = log.stored();
    REQUIRE(stored.size() == 2);
    CHECK(test::parsed(stored[0].text).at("policy").at("version").as_int64() == 42);
    CHECK(test::parsed(stored[1].text).at("policy").at("version").as_int64() == 43);
}

TEST_CASE("without a folder records are kept in memory, and stored in a new log once it is there") {
    const test::TempFolder folder;
    Log log(folder.path() / "late");
    const auto start = log.writer.start();
    CHECK(start.epoch == 0);
    CHECK(start.next_seq == 1);
    log.append(1, 3, urgent);
    REQUIRE(log.wait_for<core::SourceLost>());
    std::filesystem::create_directory(log.folder);
    REQUIRE(log.wait_for<core::SourceBack>());
    CHECK(log.writer.epoch() == 1);
    CHECK(log.reports.empty());
    CHECK(log.stored().size() == 3);
    CHECK(test::chain_holds(log.stored()));
}

TEST_CASE("records kept in memory are not put behind the numbers of an old epoch") {
    const test::TempFolder folder;
    {
        Log log(folder.path());
        log.writer.start();
        log.append(1, 9);
    }
    std::filesystem::rename(folder.path() / "events.db", folder.path() / "away");
    std::filesystem::create_directory(folder.path() / "events.db");  // nothing that can be opened
    Log log(folder.path());
    CHECK(log.writer.start().epoch == 0);
    log.append(1, 2, urgent);
    REQUIRE(log.wait_for<core::SourceLost>());
    std::filesystem::remove(folder.path() / "events.db");
    std::filesystem::rename(folder.path() / "away", folder.path() / "events.db");
    REQUIRE(log.wait_for<core::SourceBack>());
    CHECK(log.writer.epoch() == 2);
    CHECK(log.stored().size() == 11);
    CHECK(test::chain_holds(log.stored()));
}

TEST_CASE("what memory cannot hold is lost, counted and reported, and urgent records are kept") {
    const test::TempFolder folder;
    LogLimits limits = test_limits();
    limits.queued_records = 10;
    Log log(folder.path() / "late", limits);
    log.writer.start();
    log.append(1, 5, urgent);
    log.append(6, 100);
    REQUIRE(log.wait_for<core::SourceLost>());
    std::filesystem::create_directory(log.folder);
    const auto gap = log.wait_for<core::LogGap>();
    REQUIRE(gap);
    CHECK(gap->first == 6);
    CHECK(gap->last == 95);
    CHECK(gap->count == 90);
    CHECK_FALSE(gap->cause.empty());
    REQUIRE(log.writer.flush(10s));
    const auto stored = log.stored();
    REQUIRE(stored.size() == 10);
    CHECK(stored[4].position.seq == 5);
    CHECK(stored[5].position.seq == 96);
    CHECK(test::chain_holds(stored));
}

TEST_CASE(
    "a database that is taken away during the run begins a new epoch that explains its missing "
    "numbers") {
    const test::TempFolder folder;
    Log log(folder.path());
    log.writer.start();
    log.append(1, 4);
    REQUIRE(log.writer.flush(10s));
    log.writer.acknowledge({1, 3});
    log.append(5, 5);
    REQUIRE(log.writer.flush(10s));
    for (const auto* name : {"events.db", "events.db-wal", "events.db-shm"})
        std::filesystem::rename(folder.path() / name,
                                folder.path() / (std::string("away-") + name));
    log.append(6, 8, urgent);
    REQUIRE(log.wait_for<core::SourceLost>());
    const auto begun = log.wait_for<core::EpochBegun>();
    REQUIRE(begun);
    CHECK_FALSE(begun->cause.empty());
    CHECK(events::Position{begun->last_epoch, begun->last_seq} == events::Position{1, 5});
    CHECK(events::Position{begun->acknowledged_epoch, begun->acknowledged_seq} ==
          events::Position{1, 3});
    using core::Removed;
    for (const auto& expected : {core::Removal{Removed::damaged, 1, 1, 3, 3, "damage"},
                                 core::Removal{Removed::lost, 1, 4, 5, 2, "damage"}}) {
        const auto removed = log.wait_for<core::RecordsRemoved>();
        REQUIRE(removed);
        CHECK(removed->removal == expected);
    }
    REQUIRE(log.wait_for<core::SourceBack>());
    CHECK(log.writer.epoch() == 2);
    const auto gap = log.wait_for<core::LogGap>();
    REQUIRE(gap);
    CHECK(gap->first == 1);
    CHECK(gap->last == 5);
    CHECK(gap->count == 5);
    REQUIRE(log.writer.flush(10s));
    CHECK(log.stored().size() == 3);
    CHECK(log.stored().front().position == events::Position{2, 6});
    CHECK(test::chain_holds(log.stored()));
}

TEST_CASE("a full disk loses nothing while memory lasts, and the chain goes on afterwards") {
    const test::SmallDisk disk;
    if (!disk.why().empty()) {
        WARN("skipped: " << disk.why());
        return;
    }
    Log log(disk.path());
    log.writer.start();
    log.append(1, 10);
    REQUIRE(log.writer.flush(10s));
    disk.fill();
    log.append(11, 2000, urgent);
    REQUIRE(log.wait_for<core::SourceLost>());
    CHECK_FALSE(log.writer.flush(10s));
    disk.make_room();
    REQUIRE(log.wait_for<core::SourceBack>());
    CHECK(log.writer.epoch() == 1);
    CHECK(log.reports.empty());
    CHECK(log.stored().size() >= 10);
    CHECK(test::chain_holds(log.stored()));
}

TEST_CASE("a disk that is full from the first moment does not use up epochs") {
    const test::SmallDisk disk;
    if (!disk.why().empty()) {
        WARN("skipped: " << disk.why());
        return;
    }
    disk.fill();
    for (int run = 0; run < 3; ++run) {
        Log log(disk.path());
        log.writer.start();
        log.append(1, 5, urgent);
        CHECK(log.wait_for<core::SourceLost>());
    }
    disk.make_room();
    Log log(disk.path());
    CHECK(log.writer.start().epoch == 1);
}

TEST_CASE("a read-only file system keeps records in memory until it can be written again") {
    const test::SmallDisk disk;
    if (!disk.why().empty()) {
        WARN("skipped: " << disk.why());
        return;
    }
    {
        Log log(disk.path());
        log.writer.start();
        log.append(1, 3);
    }
    REQUIRE(disk.make_read_only(true));
    Log log(disk.path());
    CHECK(log.writer.start().epoch == 0);
    log.append(1, 4, urgent);
    REQUIRE(log.wait_for<core::SourceLost>());
    REQUIRE(disk.make_read_only(false));
    REQUIRE(log.wait_for<core::SourceBack>());
    CHECK(log.writer.epoch() == 2);
    REQUIRE(log.writer.flush(10s));
    CHECK(log.stored().size() == 7);
    CHECK(test::chain_holds(log.stored()));
}

TEST_CASE("an acknowledgement is stored without a record, and once the disk is back") {
    const test::TempFolder folder;
    Log log(folder.path());
    log.writer.start();
    log.append(1, 5);
    REQUIRE(log.writer.flush(10s));
    log.writer.acknowledge({1, 3});
    const auto acknowledged = [&] {
        auto reader = events::EventReader::open(folder.path() / "events.db");
        return reader ? reader->acknowledged() : core::Result<events::Position>(reader.error());
    };
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (log.writer.shipping().acknowledged != events::Position{1, 3} &&
           std::chrono::steady_clock::now() < end)
        log.io.run_one_for(10ms);
    CHECK(*acknowledged() == events::Position{1, 3});
    CHECK(log.writer.shipping().waiting == 2);
    std::size_t leaving = 0;
    auto reader = events::EventReader::open(folder.path() / "events.db");
    REQUIRE(reader->leaving_after(*acknowledged(), [&](events::Position, std::string_view) {
        ++leaving;
        return true;
    }));
    CHECK(leaving == 2);
}

TEST_CASE("an acknowledgement that comes last is stored at the end") {
    const test::TempFolder folder;
    {
        Log log(folder.path());
        log.writer.start();
        log.append(1, 5);
        REQUIRE(log.writer.flush(10s));
        log.writer.acknowledge({1, 5});
    }
    Log log(folder.path());
    log.writer.start();
    CHECK(log.writer.shipping().acknowledged == events::Position{1, 5});
}

TEST_CASE("the loop is told of what the centre should not wait for") {
    const test::TempFolder folder;
    Log log(folder.path());
    int pressing = 0;
    log.writer.on_pressing([&] { ++pressing; });
    log.writer.start();
    log.append(1, 3);
    REQUIRE(log.writer.flush(10s));
    log.io.restart();
    log.io.poll();
    CHECK(pressing == 0);
    log.append(4, 4, urgent);
    REQUIRE(log.writer.flush(10s));
    log.io.restart();
    log.io.poll();
    CHECK(pressing == 1);
}

TEST_CASE("a log that outgrows its room says what went") {
    const test::TempFolder folder;
    Log log(folder.path());
    events::LogRoom room;
    room.bytes = 100'000;
    log.writer.set_room(room);
    log.writer.start();
    log.append(1, 1000);
    REQUIRE(log.writer.flush(10s));
    const auto removed = log.wait_for<core::RecordsRemoved>();
    REQUIRE(removed);
    CHECK(removed->removal.what == core::Removed::lost);
    CHECK(removed->removal.first == 1);
    CHECK(log.stored().size() < 300);
}
