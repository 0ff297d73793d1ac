// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/trace.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>

#include "agent/events/event_store.h"

using namespace vaktpost;
using cli::find_traces;
using cli::Trace;

namespace {

// A log in a folder of its own.
struct Log {
    std::string folder = "/tmp/vaktpost-trace-XXXXXX";

    // Opened once: these records are too short to be taken up again as the newest of a log.
    std::optional<events::EventStore> store;

    Log() {
        REQUIRE(::mkdtemp(folder.data()) != nullptr);
        auto opened = events::EventStore::open(folder);
        REQUIRE(opened);
        store = std::move(*opened);
    }
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log() { std::filesystem::remove_all(folder); }

    // Records of one epoch: number and cause, 0 for none.
    void write(std::uint64_t epoch, const std::vector<std::pair<core::Seq, core::Seq>>& records) {
        std::vector<events::Row> rows;
        for (const auto& [seq, cause] : records)
            rows.push_back({seq, cause == 0 ? "{}" : R"({"cause":)" + std::to_string(cause) + "}"});
        write_rows(epoch, rows);
    }
    void write_rows(std::uint64_t epoch, const std::vector<events::Row>& rows) {
        REQUIRE(store->commit(epoch, rows));
    }

    std::vector<Trace> traces(core::Seq seq) {
        auto reader = events::EventReader::open(folder + "/events.db");
        REQUIRE(reader);
        auto traces = find_traces(*reader, seq);
        REQUIRE(traces);
        return std::move(*traces);
    }
};

// "4 5+1 6+2": numbers, and how deep each lies.
std::string shape(const Trace& trace) {
    std::string text;
    for (const auto& record : trace.records) {
        if (!text.empty()) text += ' ';
        text += std::to_string(record.position.seq);
        if (record.depth > 0) text += "+" + std::to_string(record.depth);
    }
    return text;
}

}  // namespace

TEST_CASE("a trace goes up to the first cause and down to all that followed from it") {
    Log log;
    log.write(1, {{1, 0}, {2, 0}, {3, 2}, {4, 0}, {5, 3}, {6, 2}, {7, 4}, {8, 5}, {9, 0}});
    for (const core::Seq asked : {2U, 3U, 5U, 8U}) {
        const auto traces = log.traces(asked);
        REQUIRE(traces.size() == 1);
        CHECK(traces[0].asked == events::Position{1, asked});
        CHECK(shape(traces[0]) == "2 3+1 5+2 8+3 6+1");
        CHECK(traces[0].complete);
    }
    CHECK(shape(log.traces(9)[0]) == "9");
}

TEST_CASE("a number that no record has gives no trace") {
    Log log;
    log.write(1, {{1, 0}});
    CHECK(log.traces(7).empty());
}

TEST_CASE("the same number in several epochs gives several traces, the newest epoch first") {
    Log log;
    log.write(1, {{1, 0}, {2, 1}});
    log.write(2, {{1, 0}, {2, 0}, {3, 2}});
    log.write(3, {{1, 0}});
    const auto traces = log.traces(2);
    REQUIRE(traces.size() == 2);
    CHECK(traces[0].asked.epoch == 2);
    CHECK(shape(traces[0]) == "2 3+1");
    CHECK(traces[1].asked.epoch == 1);
    CHECK(shape(traces[1]) == "1 2+1");
}

TEST_CASE("a cause that is gone leaves a trace that says so") {
    Log log;
    log.write(1, {{5, 3}, {6, 5}});
    const auto traces = log.traces(6);
    REQUIRE(traces.size() == 1);
    CHECK(shape(traces[0]) == "5 6+1");
    CHECK_FALSE(traces[0].complete);
}

TEST_CASE("a damaged record is passed over, and the trace says that it may not be all") {
    Log log;
    log.write_rows(1, {{1, "{}"}, {2, "gone"}, {3, R"({"cause":1})"}});
    CHECK(shape(log.traces(3)[0]) == "1 3+1");
    CHECK_FALSE(log.traces(3)[0].complete);
    CHECK(log.traces(2)[0].records.empty());
    CHECK_FALSE(log.traces(2)[0].complete);
}

TEST_CASE("causes that run in circles or into the future end the trace") {
    Log log;
    log.write(1, {{1, 2}, {2, 1}, {3, 3}, {4, 9}});
    CHECK(shape(log.traces(2)[0]) == "1 2+1");
    CHECK(shape(log.traces(3)[0]) == "3");
    CHECK(shape(log.traces(4)[0]) == "4");
}

TEST_CASE("a long chain is followed to its end") {
    Log log;
    std::vector<std::pair<core::Seq, core::Seq>> chain;
    for (core::Seq seq = 1; seq <= 2000; ++seq) chain.emplace_back(seq, seq - 1);
    log.write(1, chain);
    const auto traces = log.traces(1);
    CHECK(traces[0].records.size() == 2000);
    CHECK(traces[0].records.back().depth == 1999);
}
