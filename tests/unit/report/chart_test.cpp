// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/chart.h"

#include <catch2/catch.hpp>

using namespace vaktpost::report;

TEST_CASE("a chart names itself, its columns and rows, and holds each number") {
    const std::string svg = svg_of({"blocks",
                                    "Blocks",
                                    "7 in all",
                                    {"2026-03-01", "2026-03-02"},
                                    {5, 2},
                                    {{"<ward>", {5, 0}}, {"icu", {0, 2}}}});
    for (const char* part :
         {"aria-labelledby=\"blocks-title blocks-words\"", "<title id=\"blocks-title\">Blocks",
          "7 in all</desc>", ">03-01</text>", ">03-02</text>", ">&lt;ward&gt;</text>", ">5</text>",
          ">2</text>", "icu, 2026-03-02: 2"})
        CHECK(svg.find(part) != std::string::npos);
    CHECK(svg.find("<ward>") == std::string::npos);
}

TEST_CASE("a chart of very many columns and large numbers stays within its room") {
    Chart chart{"c", "t", "w", {}, {}, {}};
    for (int i = 0; i < 366; ++i) {
        chart.columns.push_back("2026-03-01");
        chart.totals.push_back(std::uint64_t{1} << 50);
    }
    chart.rows.push_back({"ward", chart.totals});
    CHECK(svg_of(chart).find("\"-") == std::string::npos);
    CHECK(svg_of({"c", "t", "w", {}, {}, {}}).find("</svg>") != std::string::npos);
}
