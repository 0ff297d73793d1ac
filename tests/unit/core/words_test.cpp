// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "agent/core/record.h"
#include "agent/core/state.h"

using namespace vaktpost::core;

TEST_CASE("every word of a closed list is understood as what it stands for") {
    for (const auto source : all_sources) CHECK(from_string<Source>(to_string(source)) == source);
    CHECK(from_string<Verdict>("encrypted") == Verdict::encrypted);
    CHECK(from_string<LockTrigger>("source_back") == LockTrigger::source_back);
    CHECK_FALSE(from_string<Verdict>("Encrypted"));
    CHECK_FALSE(from_string<Verdict>(""));
}

TEST_CASE("a short code has four characters and grows when they no longer do") {
    CHECK(short_code(0) == "0000");
    CHECK(short_code(31) == "000Z");
    CHECK(short_code(32) == "0010");
    CHECK(short_code(32ULL * 32 * 32 * 32) == "10000");
    CHECK(short_code(~Seq{0}) == "FZZZZZZZZZZZZ");
}

TEST_CASE("a short code has no letter that is read as a digit") {
    for (Seq seq = 0; seq < 100'000; seq += 7)
        CHECK(short_code(seq).find_first_of("ILOU") == std::string::npos);
}
