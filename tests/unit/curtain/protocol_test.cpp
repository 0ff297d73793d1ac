// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/protocol.h"

#include <catch2/catch.hpp>

#include "platform/curtain/login_session.h"

using namespace vaktpost::curtain;

TEST_CASE("the curtain's lines name its session, and itself as the witness") {
    CHECK(register_line("2") == "{\"op\":\"curtain\",\"session\":\"2\"}\n");
    CHECK(locked_line("c7") == "{\"op\":\"locked\",\"session\":\"c7\",\"witness\":\"curtain\"}\n");
    CHECK(next_person_line("c7") == "{\"op\":\"next_person\",\"session\":\"c7\"}\n");
    CHECK(unlocked_line("c7") ==
          "{\"op\":\"unlocked\",\"session\":\"c7\",\"witness\":\"curtain\"}\n");
}

TEST_CASE("only letters and digits are taken for a session's id") {
    CHECK(is_session_id("2"));
    CHECK(is_session_id("c12"));
    for (const auto* id : {"", "2\"", "../2", "2 ", "\xc3\xa5", "--help"})
        CHECK_FALSE(is_session_id(id));
    CHECK_FALSE(is_session_id(std::string(65, '1')));
}
