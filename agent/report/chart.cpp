// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/chart.h"

#include <algorithm>

#include "agent/report/shown.h"

namespace vaktpost::report {
namespace {

// In units of the drawing, which is as wide as its place.
constexpr std::size_t width = 960;
constexpr std::size_t names_width = 170;
constexpr std::size_t bars_top = 26;
constexpr std::size_t bars_height = 90;
constexpr std::size_t axis_height = 24;
constexpr std::size_t row_height = 26;
constexpr std::size_t gap = 2;
constexpr std::size_t widest_column = 120;

constexpr std::size_t day_width = 62;  // of "03-01" with room beside it
constexpr std::size_t most_characters = 22;
constexpr std::uint64_t levels = 4;

struct Layout {
    std::size_t column = 0;
    std::size_t step = 1;  // each so many columns are named

    [[nodiscard]] std::size_t x(std::size_t index) const { return names_width + index * column; }
};

Layout layout_of(const Chart& chart) {
    Layout layout;
    const std::size_t columns = std::max<std::size_t>(chart.columns.size(), 1);
    layout.column = std::min((width - names_width) / columns, widest_column);
    layout.step = (day_width + layout.column - 1) / layout.column;
    return layout;
}

std::string number(std::size_t value) {
    return std::to_string(value);
}

std::string rectangle(std::string_view type, std::size_t x, std::size_t y, std::size_t w,
                      std::size_t h, const std::string& hint) {
    return "<rect class=\"" + std::string(type) + "\" x=\"" + number(x) + "\" y=\"" + number(y) +
           "\" width=\"" + number(w) + "\" height=\"" + number(h) + "\"><title>" + hint +
           "</title></rect>";
}

std::string label(std::string_view type, std::size_t x, std::size_t y, const std::string& html) {
    return "<text class=\"" + std::string(type) + "\" x=\"" + number(x) + "\" y=\"" + number(y) +
           "\">" + html + "</text>";
}

std::string line(std::size_t y) {
    return "<path class=\"line\" d=\"M" + number(names_width) + " " + number(y) + "H" +
           number(width) + "\"/>";
}

// "03-01" of a day
std::string short_day(const std::string& day) {
    constexpr std::size_t year = 5;
    return day.size() > year ? day.substr(year) : day;
}

std::string bars_of(const Chart& chart, const Layout& layout) {
    const std::uint64_t most = std::max<std::uint64_t>(
        chart.totals.empty() ? 0 : *std::max_element(chart.totals.begin(), chart.totals.end()), 1);
    const std::size_t base = bars_top + bars_height;
    std::string svg = label("name", 0, base, "all") + line(base);
    for (std::size_t i = 0; i < chart.totals.size(); ++i) {
        const std::uint64_t count = chart.totals[i];
        if (count == 0) continue;
        const std::size_t height = std::max<std::size_t>(bars_height * count / most, gap);
        svg += rectangle("bar", layout.x(i) + gap, base - height, layout.column - 2 * gap, height,
                         chart.columns[i] + ": " + number(count));
        svg +=
            label("count", layout.x(i) + layout.column / 2, base - height - 2 * gap, number(count));
    }
    for (std::size_t i = 0; i < chart.columns.size(); i += layout.step)
        svg += label("day", layout.x(i) + gap, base + axis_height - 3 * gap,
                     short_day(chart.columns[i]));
    return svg;
}

std::string row_of(const Chart& chart, const ChartRow& row, const Layout& layout, std::size_t top,
                   std::uint64_t most) {
    const std::string name = shown(row.name, most_characters);
    const std::size_t baseline = top + row_height - 8;
    std::string svg = label("name", 0, baseline, name);
    for (std::size_t i = 0; i < row.counts.size(); ++i) {
        const std::uint64_t count = row.counts[i];
        const std::uint64_t level = count == 0 ? 0 : 1 + (count - 1) * levels / most;
        svg += rectangle("level" + number(level), layout.x(i) + gap / 2, top + gap / 2,
                         layout.column - gap, row_height - gap,
                         shown(row.name) + ", " + chart.columns[i] + ": " + number(count));
        if (count > 0)
            svg += label("field on" + number(level), layout.x(i) + layout.column / 2, baseline,
                         number(count));
    }
    return svg;
}

std::uint64_t most_of(const std::vector<ChartRow>& rows) {
    std::uint64_t most = 1;
    for (const ChartRow& row : rows)
        for (const std::uint64_t count : row.counts) most = std::max(most, count);
    return most;
}

}  // namespace

std::string svg_of(const Chart& chart) {
    const Layout layout = layout_of(chart);
    const std::size_t rows_top = bars_top + bars_height + axis_height;
    const std::size_t height = rows_top + chart.rows.size() * row_height + gap;
    std::string svg = "<svg role=\"img\" aria-labelledby=\"" + chart.id + "-title " + chart.id +
                      "-words\" viewBox=\"0 0 " + number(width) + " " + number(height) +
                      "\"><title id=\"" + chart.id + "-title\">" + chart.title +
                      "</title><desc id=\"" + chart.id + "-words\">" + chart.words + "</desc>";
    svg += bars_of(chart, layout);
    const std::uint64_t most = most_of(chart.rows);
    for (std::size_t i = 0; i < chart.rows.size(); ++i)
        svg += row_of(chart, chart.rows[i], layout, rows_top + i * row_height, most);
    return svg + "</svg>";
}

}  // namespace vaktpost::report
