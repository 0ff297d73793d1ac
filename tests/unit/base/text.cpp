// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "platform/base/journal.h"

using vaktpost::platform::printable;

TEST_CASE("hostile text cannot start a line of its own or hide") {
    CHECK(printable("a\nb\x1b[2J\xc3\xa5\\") == "a\\x0ab\\x1b[2J\\xc3\\xa5\\x5c");
    CHECK(printable(std::string(1000, 'x')).size() == 256);
}
