// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/copy_text.h"

#include <catch2/catch.hpp>

using vaktpost::verify::without_copy_escapes;

TEST_CASE("PostgreSQL's escapes are undone, and text without any is not copied") {
    std::string room;
    const std::string_view plain = R"({"a":1})";
    CHECK(without_copy_escapes(plain, room).data() == plain.data());
    CHECK(without_copy_escapes(R"({"a":"\\u0001 \\\\"})", room) == R"({"a":"\u0001 \\"})");
    CHECK(without_copy_escapes(R"(\t\n\r\b\f\v\x)", room) == "\t\n\r\b\f\vx");
    CHECK(without_copy_escapes("end\\", room) == "end\\");
    CHECK(without_copy_escapes("", room).empty());
}
