// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/verify_text.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "agent/cli/output.h"
#include "agent/events/wall_time.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;
using verify::HostVerdict;
using verify::Kind;
using verify::Range;
using verify::Rank;
using verify::Report;

// Shown to people; the JSON has them all.
constexpr std::size_t most_ranges = 10;

struct Row {
    Rank rank = Rank::note;
    std::array<std::string, 3> columns;
};

std::string time_text(std::int64_t milliseconds) {
    return events::to_rfc3339(events::WallTime(std::chrono::milliseconds(milliseconds)));
}

Colour colour_of(Rank rank) {
    switch (rank) {
        case Rank::note:
            return Colour::green;
        case Rank::explained:
            return Colour::yellow;
        case Rank::unexplained:
            break;
    }
    return Colour::red;
}

std::vector<Row> rows_of(const HostVerdict& host) {
    std::vector<Row> rows;
    const std::size_t shown = std::min(host.complete.size(), most_ranges);
    for (std::size_t i = 0; i < shown; ++i)
        rows.push_back({Rank::note, {"complete", to_text(host.complete[i]), ""}});
    const std::uint64_t more = host.complete.size() - shown + host.complete_more;
    if (more > 0)
        rows.push_back({Rank::note, {"complete", "", std::to_string(more) + " ranges more"}});
    for (const verify::Finding& finding : host.findings)
        rows.push_back(
            {finding.rank, {words_of(finding.kind), to_text(finding.range), finding.text}});
    for (std::size_t i = 0; i < verify::kind_count; ++i) {
        const Kind kind = static_cast<Kind>(i);
        if (host.left_out(kind) > 0)
            rows.push_back(
                {host.rank, {words_of(kind), "", std::to_string(host.left_out(kind)) + " more"}});
    }
    return rows;
}

std::string head_of(const HostVerdict& host) {
    std::string text = as_word(host.host) + "  " +
                       in_colour(to_string(host.rank), colour_of(host.rank)) + "  " +
                       std::to_string(host.records) + " records";
    if (host.first_ms) text += "  " + time_text(*host.first_ms) + " to " + time_text(*host.last_ms);
    return text;
}

void print_rows(const std::vector<Row>& rows, std::vector<std::string>& lines) {
    std::array<std::size_t, 2> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], row.columns[i].size());
    for (const Row& row : rows) {
        std::string word = row.columns[0];
        word.resize(widths[0], ' ');
        std::string range = row.columns[1];
        if (!row.columns[2].empty()) range.resize(widths[1], ' ');
        std::string line = "  " + in_colour(word, colour_of(row.rank)) + "  " + range;
        if (!row.columns[2].empty()) line += "  " + row.columns[2];
        lines.push_back(std::move(line));
    }
}

std::uint64_t hosts_of(const Report& report, Rank rank) {
    return static_cast<std::uint64_t>(
        std::count_if(report.hosts.begin(), report.hosts.end(),
                      [&](const HostVerdict& host) { return host.rank == rank; }));
}

std::string summary_text(const Report& report) {
    std::string text = std::to_string(report.hosts.size()) + " hosts, " +
                       std::to_string(report.records) + " records: ";
    for (const Rank rank : {Rank::note, Rank::explained, Rank::unexplained})
        text += std::to_string(hosts_of(report, rank)) + " " + std::string(to_string(rank)) +
                (rank == Rank::unexplained ? "" : ", ");
    if (report.refused_count > 0)
        text += ", " + std::to_string(report.refused_count) + " lines are no records";
    return text;
}

json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

json::array json_of(const std::vector<Range>& ranges) {
    json::array list;
    for (const Range& range : ranges)
        list.push_back(
            json::object{{"epoch", range.epoch}, {"first", range.first}, {"last", range.last}});
    return list;
}

json::array json_of(const std::vector<verify::Finding>& findings) {
    json::array list;
    for (const verify::Finding& finding : findings) {
        json::object object{{"kind", view(to_string(finding.kind))},
                            {"rank", view(to_string(finding.rank))}};
        if (finding.range.epoch != 0) object["epoch"] = finding.range.epoch;
        if (finding.range.last != 0) {
            object["first"] = finding.range.first;
            object["last"] = finding.range.last;
        }
        object["text"] = finding.text;
        list.push_back(std::move(object));
    }
    return list;
}

// A verdict has the host as records write it, with JSON's escapes.
json::value host_name(const std::string& escaped) {
    boost::system::error_code error;
    json::value name = json::parse('"' + escaped + '"', error);
    return error ? json::value(escaped) : name;
}

json::object json_of(const HostVerdict& host) {
    json::object object{{"host", host_name(host.host)},
                        {"verdict", view(to_string(host.rank))},
                        {"records", host.records}};
    if (host.first_ms) object["first_time"] = time_text(*host.first_ms);
    if (host.last_ms) object["last_time"] = time_text(*host.last_ms);
    object["complete"] = json_of(host.complete);
    if (host.complete_more > 0) object["complete_more"] = host.complete_more;
    object["findings"] = json_of(host.findings);
    json::object more;
    for (std::size_t i = 0; i < verify::kind_count; ++i) {
        const Kind kind = static_cast<Kind>(i);
        if (host.left_out(kind) > 0) more[view(to_string(kind))] = host.left_out(kind);
    }
    if (!more.empty()) object["more"] = std::move(more);
    return object;
}

}  // namespace

std::vector<std::string> report_text(const Report& report) {
    std::vector<std::string> lines;
    for (const HostVerdict& host : report.hosts) {
        lines.push_back(head_of(host));
        print_rows(rows_of(host), lines);
    }
    for (const std::string& refused : report.refused)
        lines.push_back(in_colour("no record", Colour::red) + "  " + refused);
    lines.push_back(summary_text(report));
    return lines;
}

std::vector<std::string> report_json(const Report& report) {
    std::vector<std::string> lines;
    for (const HostVerdict& host : report.hosts) lines.push_back(json::serialize(json_of(host)));
    json::array refused;
    for (const std::string& text : report.refused) refused.emplace_back(text);
    json::object summary{{"verdict", view(to_string(report.rank))},
                         {"hosts", report.hosts.size()},
                         {"records", report.records}};
    for (const Rank rank : {Rank::note, Rank::explained, Rank::unexplained})
        summary[view(to_string(rank))] = hosts_of(report, rank);
    summary["refused"] = std::move(refused);
    summary["refused_count"] = report.refused_count;
    lines.push_back(json::serialize(json::object{{"summary", std::move(summary)}}));
    return lines;
}

}  // namespace vaktpost::cli
