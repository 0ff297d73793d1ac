// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vaktpost::report {

struct ChartRow {
    std::string name;                   // hostile
    std::vector<std::uint64_t> counts;  // one for each column
};

struct Chart {
    std::string id;     // of the element, ours
    std::string title;  // ours
    std::string words;  // what it shows, for who does not see it; ours
    std::vector<std::string> columns;
    std::vector<std::uint64_t> totals;  // bars on top
    std::vector<ChartRow> rows;         // a field of numbers below
};

// Inline SVG. Its colours are the style sheet's, and each field holds its number as well.
std::string svg_of(const Chart& chart);

}  // namespace vaktpost::report
