// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/verify.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "agent/events/record_text.h"

using namespace vaktpost;
using namespace vaktpost::verify;

namespace {

// Records of one host, a second apart and chained, as its writer makes them.
std::vector<std::string> records_of(const std::string& host, core::Seq count,
                                    core::EventType type = core::EventType::usb_blocked) {
    std::vector<std::string> lines;
    events::Stamp stamp;
    stamp.epoch = 1;
    for (core::Seq seq = 1; seq <= count; ++seq) {
        core::Record record;
        record.seq = seq;
        record.type = type;
        record.at = core::Instant(std::chrono::seconds(seq));
        stamp.time = events::WallTime(std::chrono::seconds(1'000'000 + seq));
        stamp.salt = events::fresh_salt();
        lines.push_back(events::record_text(record, {host, {}, "boot of " + host, 1, ""}, stamp));
        stamp.previous = events::digest_of(lines.back());
    }
    return lines;
}

std::string head_of(const std::string& host, core::Seq seq, const std::string& record) {
    return R"({"head" : {"host" : ")" + host + R"(", "epoch" : 1, "seq" : )" + std::to_string(seq) +
           R"(, "digest" : ")" + events::to_hex(events::digest_of(record)) + "\"}}";
}

Source centre(bool ordered = false) {
    Source source;
    source.name = "centre";
    source.ordered = ordered;
    return source;
}

Source workstation() {
    Source source;
    source.name = "workstation";
    source.place = Place::workstation;
    return source;
}

void read(Collector& collector, Source source, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) collector.line(source, line);
}

HostVerdict verdict_of(Collector& collector, const std::string& host) {
    auto& ledgers = collector.ledgers();
    REQUIRE(ledgers.contains(host));
    return examine(std::move(ledgers.find(host)->second), collector.places());
}

bool has(const HostVerdict& verdict, Kind kind, Rank rank, const Range& range) {
    return std::any_of(verdict.findings.begin(), verdict.findings.end(), [&](const Finding& each) {
        return each.kind == kind && each.rank == rank && each.range == range;
    });
}

}  // namespace

TEST_CASE("a workstation that has lost what it says was acknowledged had its tail cut off") {
    const auto lines = records_of("a", 10);
    Collector collector;
    Source source = workstation();
    for (const std::string& line : lines) collector.line(source, line);
    collector.acknowledged(source, {1, 15});
    const auto verdict = verdict_of(collector, "a");
    CHECK(verdict.rank == Rank::unexplained);
    CHECK(has(verdict, Kind::tail_cut, Rank::unexplained, {1, 11, 15}));
}

TEST_CASE("the centre owes what the workstation says was acknowledged, and what is newer waits") {
    const auto lines = records_of("a", 10);
    for (const core::Seq acknowledged : {6U, 8U}) {
        Collector collector;
        Source source = workstation();
        for (const std::string& line : lines) collector.line(source, line);
        collector.acknowledged(source, {1, acknowledged});
        read(collector, centre(), {lines.begin(), lines.begin() + 6});
        const auto verdict = verdict_of(collector, "a");
        CHECK(has(verdict, Kind::waiting, Rank::explained, {1, acknowledged + 1, 10}));
        CHECK(has(verdict, Kind::tail_cut, Rank::unexplained, {1, 7, 8}) == (acknowledged == 8));
    }
}

TEST_CASE("a workstation's copy may be older than what the centre has") {
    const auto lines = records_of("a", 10);
    Collector collector;
    read(collector, workstation(), {lines.begin(), lines.begin() + 6});
    read(collector, centre(), lines);
    const auto verdict = verdict_of(collector, "a");
    CHECK(verdict.rank == Rank::note);
    CHECK(verdict.complete == std::vector<Range>{{1, 1, 10}});
}

TEST_CASE("a host that is gone from the centre is still owed by it") {
    const auto lines = records_of("a", 5);
    Collector collector;
    Source source = workstation();
    for (const std::string& line : lines) collector.line(source, line);
    collector.acknowledged(source, {1, 5});
    read(collector, centre(), records_of("b", 5));
    CHECK(has(verdict_of(collector, "a"), Kind::tail_cut, Rank::unexplained, {1, 1, 5}));
}

TEST_CASE("a source that promises an order is held to it, another is not") {
    auto lines = records_of("a", 5);
    lines.push_back(head_of("a", 5, lines[4]));
    std::swap(lines[2], lines[3]);
    for (const bool ordered : {true, false}) {
        Collector collector;
        read(collector, centre(ordered), lines);
        const auto verdict = verdict_of(collector, "a");
        CHECK(verdict.rank == (ordered ? Rank::unexplained : Rank::note));
        CHECK(has(verdict, Kind::reordered, Rank::unexplained, {1, 3, 3}) == ordered);
    }
}

TEST_CASE("a source that keeps heads must have one of each host") {
    const auto lines = records_of("a", 5);
    Collector collector;
    read(collector, centre(true), lines);
    CHECK(verdict_of(collector, "a").rank == Rank::unexplained);
}

TEST_CASE("an ordered source is judged host by host, and one before is kept") {
    Collector collector;
    std::vector<HostVerdict> hosts;
    collector.give_each_host(
        [&](Ledger&& ledger) { hosts.push_back(examine(std::move(ledger), collector.places())); });
    Source source = centre(true);
    for (const char* host : {"a", "b", "c"}) {
        auto lines = records_of(host, 5);
        collector.line(source, head_of(host, 5, lines[4]));
        for (const std::string& line : lines) collector.line(source, line);
        CHECK(collector.ledgers().size() <= 2);
    }
    REQUIRE(hosts.size() == 1);
    CHECK(hosts[0].host == "a");
    CHECK(hosts[0].rank == Rank::note);
    CHECK(hosts[0].records == 5);
}

TEST_CASE("findings of a kind are bounded and the rest is counted") {
    auto lines = records_of("a", 201);
    std::vector<std::string> every_second;
    for (std::size_t i = 0; i < lines.size(); i += 2) every_second.push_back(lines[i]);
    Collector collector;
    read(collector, centre(), every_second);
    const auto verdict = verdict_of(collector, "a");
    CHECK(verdict.findings.size() == HostVerdict::most_of_a_kind);
    CHECK(verdict.counts[static_cast<std::size_t>(Kind::missing)] == 100);
}

TEST_CASE("numbers beyond all sense take neither time nor memory") {
    auto lines = records_of("a", 3);
    const std::string huge = "999999999999999999";
    const auto place = lines[2].find(R"("seq":3)");
    lines[2].replace(place, 7, "\"seq\":" + huge);
    Collector collector;
    read(collector, centre(), lines);
    const auto verdict = verdict_of(collector, "a");
    CHECK(has(verdict, Kind::missing, Rank::unexplained, {1, 3, 999'999'999'999'999'998}));
}

TEST_CASE("a clock in the future makes no other host silent") {
    std::vector<HostVerdict> hosts(2);
    hosts[0].heartbeat_ms = hosts[1].heartbeat_ms = 900'000;
    hosts[0].last_ms = 10'000'000;
    hosts[1].last_ms = 900'000'000'000'000;
    mark_silent(hosts, 10'500'000);
    CHECK(hosts[0].rank == Rank::note);
    mark_silent(hosts, 20'000'000);
    CHECK(hosts[0].rank == Rank::explained);
    CHECK(hosts[1].rank == Rank::note);
}
