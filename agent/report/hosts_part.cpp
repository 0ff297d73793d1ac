// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "agent/report/parts.h"
#include "agent/report/shown.h"

namespace vaktpost::report {
namespace {

using verify::Finding;
using verify::HostVerdict;
using verify::Kind;
using verify::Rank;

constexpr std::size_t most_ranges = 3;

events::WallTime wall(std::int64_t milliseconds) {
    return events::WallTime(std::chrono::milliseconds(milliseconds));
}

std::string shown_host(const HostVerdict& host) {
    return shown(unescaped(host.host));
}

const Finding* finding_of(const HostVerdict& host, Kind kind) {
    const auto found = std::find_if(host.findings.begin(), host.findings.end(),
                                    [&](const Finding& finding) { return finding.kind == kind; });
    return found == host.findings.end() ? nullptr : &*found;
}

std::uint64_t hosts_of(const verify::Report& report, Rank rank) {
    return static_cast<std::uint64_t>(
        std::count_if(report.hosts.begin(), report.hosts.end(),
                      [&](const HostVerdict& host) { return host.rank == rank; }));
}

// The mark tells the verdicts apart without their colours.
std::string verdict_of(Rank rank) {
    const std::string word(to_string(rank));
    const char* mark = rank == Rank::note ? "✓" : rank == Rank::explained ? "!" : "✗";
    return "<span class=\"verdict " + word + "\"><span class=\"mark\" aria-hidden=\"true\">" +
           mark + "</span> " + word + "</span>";
}

std::string ranges_of(const HostVerdict& host) {
    std::string html;
    const std::size_t count = std::min(host.complete.size(), most_ranges);
    for (std::size_t i = 0; i < count; ++i)
        html += (i > 0 ? "<br>" : "") + to_text(host.complete[i]);
    const std::uint64_t more = host.complete.size() - count + host.complete_more;
    if (more > 0) html += "<br>and " + std::to_string(more) + " more";
    return html.empty() ? "none" : html;
}

std::string findings_of(const HostVerdict& host) {
    std::string html;
    for (const Finding& finding : host.findings) {
        html += "<li><strong>" + words_of(finding.kind) + "</strong>";
        if (const auto range = to_text(finding.range); !range.empty()) html += " " + range;
        if (!finding.text.empty()) html += ": " + shown(finding.text);
        html += "</li>";
    }
    for (std::size_t i = 0; i < verify::kind_count; ++i)
        if (const auto more = host.left_out(static_cast<Kind>(i)); more > 0)
            html += "<li><strong>" + words_of(static_cast<Kind>(i)) +
                    "</strong>: " + std::to_string(more) + " more</li>";
    return html.empty() ? "nothing" : "<ul>" + html + "</ul>";
}

std::string time_cell(const std::optional<std::int64_t>& time_ms) {
    return cell(time_ms ? shown_time(wall(*time_ms)) : "–");
}

std::string row_of(const HostVerdict& host, const Gathering& gathered) {
    const bool silent = finding_of(host, Kind::silent) != nullptr;
    return "<tr data-verdict=\"" + std::string(to_string(host.rank)) + (silent ? " silent" : "") +
           "\"><th scope=\"row\">" + shown_host(host) + "</th>" + cell(verdict_of(host.rank)) +
           cell(shown_labels(gathered.labels_of(host.host))) + number_cell(host.records) +
           time_cell(host.first_ms) + time_cell(host.last_ms) + cell(ranges_of(host)) +
           cell(findings_of(host)) + "</tr>\n";
}

std::string silent_row(const HostVerdict& host, const Finding& finding, const Gathering& gathered) {
    return "<tr><th scope=\"row\">" + shown_host(host) + "</th>" +
           cell(shown_labels(gathered.labels_of(host.host))) + time_cell(host.last_ms) +
           cell(shown(finding.text)) + "</tr>\n";
}

// "12 of 13 hosts are complete; 1 has an unexplained gap or was tampered with."
std::string verdict_sentence(const verify::Report& report) {
    const auto all = report.hosts.size();
    const auto explained = hosts_of(report, Rank::explained);
    const auto unexplained = hosts_of(report, Rank::unexplained);
    std::string text = std::to_string(hosts_of(report, Rank::note)) + " of " +
                       counted(all, "host", "hosts") + " complete";
    if (unexplained > 0)
        text += "; " + std::to_string(unexplained) + " with an unexplained gap or tampering";
    if (explained > 0)
        text += "; " + std::to_string(explained) + " with gaps that are all explained, or silent";
    if (report.refused_count > 0)
        text += "; " + counted(report.refused_count, "line is no record", "lines are no records");
    return text + ".";
}

std::string refused_of(const verify::Report& report) {
    if (report.refused_count == 0) return {};
    std::string html =
        "<p>" + counted(report.refused_count, "line", "lines") +
        " of the sources could not be read as a record and belong to no host:</p><ul>";
    for (const std::string& refused : report.refused) html += "<li>" + shown(refused) + "</li>";
    if (const auto more = report.refused_count - report.refused.size(); more > 0)
        html += "<li>and " + std::to_string(more) + " more</li>";
    return html + "</ul>";
}

}  // namespace

void add_hosts(const Content& content, Parts& parts) {
    std::vector<const HostVerdict*> hosts;
    for (const HostVerdict& host : content.verdicts.hosts) hosts.push_back(&host);
    std::stable_sort(hosts.begin(), hosts.end(),
                     [](const HostVerdict* a, const HostVerdict* b) { return a->rank > b->rank; });
    std::uint64_t silent = 0;
    std::uint64_t stopped = 0;
    for (const HostVerdict* host : hosts) {
        parts["hosts"] += row_of(*host, content.gathered);
        if (finding_of(*host, Kind::stopped) != nullptr) ++stopped;
        const Finding* finding = finding_of(*host, Kind::silent);
        if (finding == nullptr) continue;
        ++silent;
        parts["silent"] += silent_row(*host, *finding, content.gathered);
    }
    parts["verdict"] = verdict_sentence(content.verdicts);
    parts["rank"] = to_string(content.verdicts.rank);
    parts["refused"] = refused_of(content.verdicts);
    parts["silent_words"] =
        silent == 0 ? "No host is silent." : counted(silent, "host is", "hosts are") + " silent.";
    if (stopped > 0)
        parts["silent_words"] += " Not counted: " + counted(stopped, "host", "hosts") +
                                 " that said before that it stops or sleeps.";
    if (silent == 0) parts["silent_hidden"] = "hidden";
}

}  // namespace vaktpost::report
