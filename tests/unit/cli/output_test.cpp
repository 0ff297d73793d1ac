// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/output.h"

#include <catch2/catch.hpp>

using vaktpost::cli::as_word;

TEST_CASE("a plain word is printed as it is") {
    CHECK(as_word("1-2.3") == "1-2.3");
    CHECK(as_word("2026-03-01T08:15:30.250Z") == "2026-03-01T08:15:30.250Z");
}

TEST_CASE("anything else is quoted, so that it cannot pass for more than one word") {
    CHECK(as_word("") == "\"\"");
    CHECK(as_word("Gemalto PC") == "\"Gemalto PC\"");
    CHECK(as_word("x severity=info") == "\"x severity=info\"");
    CHECK(as_word("a=b") == "\"a=b\"");
    CHECK(as_word("x\" rule=\"y") == "\"x\\x22 rule=\\x22y\"");
}

TEST_CASE("nothing hostile reaches the terminal") {
    CHECK(as_word("\x1b[2J\n") == "\"\\x1b[2J\\x0a\"");
    CHECK(as_word("\xC2\x9B") == "\"\\xc2\\x9b\"");
    CHECK(as_word("back\\slash") == "\"back\\x5cslash\"");
}
