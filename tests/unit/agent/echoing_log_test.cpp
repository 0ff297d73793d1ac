// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/echoing_log.h"

#include <catch2/catch.hpp>

using namespace vaktpost;
using namespace std::chrono_literals;

TEST_CASE("a printed record shows time, type, code and fields") {
    core::Record record;
    record.seq = 33;
    record.type = core::EventType::card_removed;
    record.at = core::Instant{12'345ms};
    record.data = {{"reader", std::string("A")}};
    CHECK(line_of(record) == "    12.345 s  card.removed  0011  reader=A");
}

TEST_CASE("a reader's name cannot write to the terminal") {
    core::Record record;
    record.data = {{"reader", std::string("\x1b[2J\nfaked line")}};
    const auto line = line_of(record);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
}
