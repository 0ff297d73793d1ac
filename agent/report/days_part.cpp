// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <numeric>
#include <utility>

#include "agent/report/chart.h"
#include "agent/report/parts.h"
#include "agent/report/shown.h"

namespace vaktpost::report {
namespace {

constexpr std::size_t most_columns = 31;
constexpr std::size_t most_chart_rows = 30;
constexpr std::size_t most_table_rows = 2000;

// The blocks stand in one chart, whatever came of them; the tables tell them apart.
struct Subject {
    const char* id;
    const char* title;
    Series first;
    Series last;
};
constexpr std::array subjects{
    Subject{"unconfirmed", "Locks unconfirmed", Series::unconfirmed, Series::unconfirmed},
    Subject{"bypasses", "Bypasses of the media gate, and attempts", Series::bypass, Series::bypass},
    Subject{"blocks", "Devices and media blocked", Series::blocked, Series::failed}};

std::uint64_t sum_of(const Counts& counts, const Subject& subject) {
    std::uint64_t sum = 0;
    for (auto i = static_cast<std::size_t>(subject.first);
         i <= static_cast<std::size_t>(subject.last); ++i)
        sum += counts[i];
    return sum;
}

std::uint64_t sum_of(const std::vector<std::uint64_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::string name_of(const std::string& label) {
    return label.empty() ? "(no label)" : label;
}

// Named labels, then those beyond the most that are told apart.
std::vector<std::pair<std::string, const ByDay*>> wards_of(const Gathering& gathered) {
    std::vector<std::pair<std::string, const ByDay*>> wards;
    for (const auto& [label, days] : gathered.by_label()) wards.emplace_back(name_of(label), &days);
    if (!gathered.other_labels().empty())
        wards.emplace_back("(other labels)", &gathered.other_labels());
    return wards;
}

std::size_t days_in_a_column(const Gathering& gathered) {
    return (gathered.by_day().size() + most_columns - 1) / most_columns;
}

ChartRow row_of(const std::string& name, const ByDay& days, const Subject& subject,
                std::size_t columns, std::size_t days_each) {
    ChartRow row{name, std::vector<std::uint64_t>(columns)};
    for (const auto& [day, counts] : days) row.counts[day / days_each] += sum_of(counts, subject);
    return row;
}

std::vector<ChartRow> rows_of(const Gathering& gathered, const Subject& subject,
                              std::size_t columns, std::size_t days_each) {
    std::vector<ChartRow> rows;
    for (const auto& [name, days] : wards_of(gathered)) {
        ChartRow row = row_of(name, *days, subject, columns, days_each);
        if (sum_of(row.counts) > 0) rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const ChartRow& a, const ChartRow& b) {
        return sum_of(a.counts) > sum_of(b.counts);
    });
    return rows;
}

Chart chart_of(const Gathering& gathered, const Subject& subject) {
    const std::size_t days = gathered.by_day().size();
    const std::size_t each = days_in_a_column(gathered);
    Chart chart{subject.id, subject.title, {}, {}, {}, {}};
    for (std::size_t day = 0; day < days; day += each)
        chart.columns.push_back(gathered.period().day_text(day));
    chart.totals.resize(chart.columns.size());
    for (std::size_t day = 0; day < days; ++day)
        chart.totals[day / each] += sum_of(gathered.by_day()[day], subject);
    chart.rows = rows_of(gathered, subject, chart.columns.size(), each);
    return chart;
}

// "12 in the period; most on 2026-03-04: 5."
std::string words_of(const Chart& chart, std::size_t days_each) {
    const auto most = std::max_element(chart.totals.begin(), chart.totals.end());
    const auto column = static_cast<std::size_t>(most - chart.totals.begin());
    return std::to_string(sum_of(chart.totals)) + " in the period; most " +
           (days_each > 1 ? "in the " + std::to_string(days_each) + " days from " : "on ") +
           chart.columns[column] + ": " + std::to_string(*most) + ".";
}

std::string figure_of(const Gathering& gathered, const Subject& subject) {
    Chart chart = chart_of(gathered, subject);
    std::string html = "<h3>" + chart.title + "</h3>";
    if (sum_of(chart.totals) == 0) return html + "<p>None.</p>";
    const std::size_t each = days_in_a_column(gathered);
    chart.words = words_of(chart, each) + " The numbers stand in the tables below.";
    std::string words = words_of(chart, each);
    if (each > 1) words += " Each column is " + std::to_string(each) + " days.";
    if (chart.rows.size() > most_chart_rows) {
        words += " Drawn are the " + std::to_string(most_chart_rows) + " labels with the most of " +
                 std::to_string(chart.rows.size()) + ".";
        chart.rows.resize(most_chart_rows);
    }
    return html + "<figure><figcaption>" + words +
           "</figcaption><div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"" +
           chart.title + ", drawing\">" + svg_of(chart) + "</div></figure>";
}

std::string number_cells(const Counts& counts) {
    std::string html;
    for (const std::uint64_t count : counts) html += number_cell(count);
    return html;
}

Counts sum_of(const ByDay& days) {
    Counts sum{};
    for (const auto& [day, counts] : days)
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += counts[i];
    return sum;
}

void add_tables(const Gathering& gathered, Parts& parts) {
    for (std::size_t day = 0; day < gathered.by_day().size(); ++day)
        parts["days"] += "<tr><th scope=\"row\">" + gathered.period().day_text(day) + "</th>" +
                         number_cells(gathered.by_day()[day]) + "</tr>\n";
    std::size_t rows = 0;
    std::uint64_t more = 0;
    for (const auto& [name, days] : wards_of(gathered)) {
        const std::string head = "<th scope=\"row\">" + shown(name) + "</th>";
        parts["ward_sums"] += "<tr>" + head + number_cells(sum_of(*days)) + "</tr>\n";
        for (const auto& [day, counts] : *days) {
            if (++rows > most_table_rows)
                ++more;
            else
                parts["ward_days"] += "<tr>" + head + cell(gathered.period().day_text(day)) +
                                      number_cells(counts) + "</tr>\n";
        }
    }
    if (rows == 0) parts["days_hidden"] = "hidden";
    if (more > 0)
        parts["ward_days_words"] =
            "<p><strong>" + std::to_string(more) +
            " rows more are left out.</strong> A shorter period shows them.</p>";
}

}  // namespace

void add_days(const Content& content, Parts& parts) {
    for (const Subject& subject : subjects) parts["charts"] += figure_of(content.gathered, subject);
    add_tables(content.gathered, parts);
}

}  // namespace vaktpost::report
