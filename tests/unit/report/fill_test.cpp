// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/fill.h"

#include <catch2/catch.hpp>

#include "agent/report/page_files.h"

using vaktpost::report::fill;

TEST_CASE("each name is replaced by its part, and one without a part by nothing") {
    CHECK(fill("a {{one}} b {{two}}{{three}} c", {{"one", "1"}, {"two", "2"}}) == "a 1 b 2 c");
    CHECK(fill("no names", {}) == "no names");
    CHECK(fill("{{open", {{"open", "x"}}) == "{{open");
}

TEST_CASE("a part that holds a name is not filled in again") {
    CHECK(fill("{{one}}{{two}}", {{"one", "{{two}}"}, {"two", "2"}}) == "{{two}}2");
}

TEST_CASE("the page's style and script cannot end their own elements") {
    CHECK(vaktpost::report::page_css.find("</") == std::string_view::npos);
    CHECK(vaktpost::report::page_js.find("</") == std::string_view::npos);
    CHECK(vaktpost::report::page_js.find("<!--") == std::string_view::npos);
}
