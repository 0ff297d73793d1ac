// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/code.h"

#include <catch2/catch.hpp>

#include "agent/core/record.h"

using vaktpost::cli::parse_code;
using vaktpost::core::Seq;
using vaktpost::core::short_code;

TEST_CASE("a code is the number it was made of") {
    const Seq seq = GENERATE(Seq{1}, Seq{31}, Seq{32}, Seq{167}, Seq{1'048'576}, Seq{123'456'789},
                             Seq{9'223'372'036'854'775'807U});
    CAPTURE(seq);
    CHECK(parse_code(short_code(seq)) == seq);
}

TEST_CASE("a code is read as people type it") {
    CHECK(parse_code("00a7") == Seq{10 * 32 + 7});
    CHECK(parse_code("a7") == Seq{10 * 32 + 7});
    CHECK(parse_code("OOA7") == Seq{10 * 32 + 7});
    CHECK(parse_code("ooa7") == Seq{10 * 32 + 7});
    CHECK(parse_code("00-A7") == Seq{10 * 32 + 7});
    for (const char* one : {"0001", "000I", "000i", "000L", "000l"})
        CHECK(parse_code(one) == Seq{1});
}

TEST_CASE("what is no code is none") {
    const std::string text = GENERATE(as<std::string>{}, "", "-", "0000", "U", "00 7", "00A7\n",
                                      "\xc3\xa6", "8000000000000", "ZZZZZZZZZZZZZZZZZZZZ");
    CAPTURE(text);
    CHECK_FALSE(parse_code(text));
}
