// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/verify.h"

#include <algorithm>
#include <utility>

#include "agent/verify/chain_check.h"
#include "agent/verify/clocks.h"
#include "agent/verify/holes.h"
#include "agent/verify/numbers.h"

namespace vaktpost::verify {
namespace {

constexpr std::int64_t missed_heartbeats = 3;

// What the host says that the centre has, the centre owes.
void add_acknowledged(Ledger& ledger) {
    for (const auto& [epoch, seq] : ledger.acknowledged)
        ledger.must_hold({epoch, seq}, Place::centre);
}

void take_over_findings(const Ledger& ledger, HostVerdict& verdict) {
    for (const Finding& finding : ledger.findings) verdict.add(finding);
    if (ledger.findings_more > 0)
        verdict.add({Kind::unreadable,
                     Rank::unexplained,
                     {},
                     std::to_string(ledger.findings_more) + " findings more while reading"});
    if (ledger.renamed)
        verdict.add({Kind::renamed,
                     Rank::note,
                     {},
                     "the log goes on from " + to_text(*ledger.renamed) + " of another name"});
    if (ledger.out_of_order > 0)
        verdict.add({Kind::reordered,
                     Rank::note,
                     {},
                     std::to_string(ledger.out_of_order) + " lines stand out of order"});
    if (ledger.needs_head && !ledger.head)
        verdict.add({Kind::missing, Rank::unexplained, {}, "the centre has lost this host's head"});
}

core::Status read(Source& source, Collector& collector, const Options& options) {
    if (is_centre(source.name)) return read_centre(source, collector, options.progress);
    if (source.name != "-" && is_database(source.name))
        return read_database(source, collector, options.progress);
    return read_lines(source, collector, options.progress);
}

Source source_of(const std::string& name, const Options& options) {
    Source source;
    source.name = name;
    source.ordered = is_centre(name);
    const bool lines = name == "-" || !is_database(name);
    if (!source.ordered && (!lines || options.workstation_lines)) source.place = Place::workstation;
    return source;
}

void put_in(Report& report, HostVerdict verdict) {
    report.records += verdict.records;
    report.hosts.push_back(std::move(verdict));
}

void conclude(Report& report, const Collector& collector, const Options& options) {
    report.refused = collector.refused();
    report.refused_count = collector.refused_count();
    mark_silent(report.hosts, options.now_ms);
    std::sort(report.hosts.begin(), report.hosts.end(),
              [](const HostVerdict& a, const HostVerdict& b) { return a.host < b.host; });
    for (const HostVerdict& host : report.hosts) report.rank = std::max(report.rank, host.rank);
    if (report.refused_count > 0) report.rank = Rank::unexplained;
}

}  // namespace

HostVerdict examine(Ledger ledger, Places judged) {
    HostVerdict verdict;
    verdict.host = ledger.host;
    take_over_findings(ledger, verdict);
    add_acknowledged(ledger);
    one_for_each_number(ledger.entries, verdict);
    check_chain(ledger.entries, verdict);
    check_clocks(ledger, verdict);
    Places here = judged & bit(Place::centre);
    for (const Entry& entry : ledger.entries) {
        if (!entry.is_record()) continue;
        ++verdict.records;
        here = static_cast<Places>(here | (entry.places & bit(Place::workstation)));
    }
    check_epochs(ledger, here, verdict);
    for (const Place place : {Place::centre, Place::workstation})
        if ((here & bit(place)) != 0) check_holes(ledger, place, verdict);
    check_head(ledger, verdict);
    return verdict;
}

void mark_silent(std::vector<HostVerdict>& hosts, std::int64_t now_ms) {
    std::optional<std::int64_t> newest;
    for (const HostVerdict& host : hosts)
        if (host.last_ms) newest = std::max(newest.value_or(*host.last_ms), *host.last_ms);
    if (!newest) return;
    const std::int64_t reference = std::min(*newest, now_ms);
    for (HostVerdict& host : hosts) {
        if (!host.last_ms || *host.last_ms >= reference - missed_heartbeats * host.heartbeat_ms)
            continue;
        const std::string text =
            std::to_string((reference - *host.last_ms) / 60'000) + " min before the newest record";
        if (host.stopped)
            host.add({Kind::stopped, Rank::note, {}, "stopped or asleep since " + text});
        else
            host.add({Kind::silent, Rank::explained, {}, "its last record is " + text});
    }
}

core::Result<Report> verify(const std::vector<std::string>& names, const Options& options) {
    Report report;
    Collector collector;
    const bool host_by_host = names.size() == 1 && is_centre(names[0]);
    const auto examine_one = [&](Ledger&& ledger) {
        put_in(report, examine(std::move(ledger), collector.places()));
    };
    if (options.record) collector.show_each_record(options.record);
    if (host_by_host) collector.give_each_host(examine_one);
    for (const std::string& name : names) {
        Source source = source_of(name, options);
        if (auto done = read(source, collector, options); !done) return done.error();
        if (source.records == 0) return core::Error{0, "read " + name, "there is no record in it"};
    }
    for (auto& [host, ledger] : collector.ledgers()) examine_one(std::move(ledger));
    conclude(report, collector, options);
    return report;
}

}  // namespace vaktpost::verify
