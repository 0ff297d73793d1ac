// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/clean_text.h"

#include <catch2/catch.hpp>

using vaktpost::events::clean_text;
using vaktpost::events::text_limit;

namespace {
const std::string replaced = "\xEF\xBF\xBD";
}

TEST_CASE("text that is valid UTF-8 stays as it is") {
    CHECK(clean_text("").empty());
    CHECK(clean_text("Gemalto PC Twin Reader") == "Gemalto PC Twin Reader");
    CHECK(clean_text("K\xC3\xB8kken \xE2\x82\xAC \xF0\x9F\x98\x80") ==
          "K\xC3\xB8kken \xE2\x82\xAC \xF0\x9F\x98\x80");
    CHECK(clean_text("tab\tand line\n") == "tab\tand line\n");
}

TEST_CASE("bytes that are no UTF-8 are replaced, one by one") {
    CHECK(clean_text("a\xFFz") == "a" + replaced + "z");
    CHECK(clean_text("\xC3") == replaced);
    CHECK(clean_text("\xE2\x82") == replaced + replaced);
    CHECK(clean_text("\xC0\xAF") == replaced + replaced);                 // overlong
    CHECK(clean_text("\xED\xA0\x80") == replaced + replaced + replaced);  // surrogate
    CHECK(clean_text("\xF4\x90\x80\x80") ==
          replaced + replaced + replaced + replaced);  // beyond U+10FFFF
}

TEST_CASE("controls that a terminal would obey and JSON would let through are replaced") {
    CHECK(clean_text("a\x7f") == "a" + replaced);
    CHECK(clean_text("\xC2\x9B"
                     "2J") == replaced + replaced + "2J");
    CHECK(clean_text("\xC2\xA0") == "\xC2\xA0");
}

TEST_CASE("long text is cut between characters") {
    CHECK(clean_text(std::string(1000, 'x')).size() == text_limit);
    std::string text(text_limit - 1, 'x');
    CHECK(clean_text(text + "\xC3\xB8") == text);
    CHECK(clean_text(text + "yz") == text + "y");
}
