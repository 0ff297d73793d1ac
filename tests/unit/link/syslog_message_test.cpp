// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <string>

#include "platform/link/syslog_message.h"

using namespace vaktpost::link;

TEST_CASE("a record becomes one RFC 5424 message, itself unchanged behind the header") {
    const std::string record =
        R"({"v":1,"type":"usb.blocked","time":"2026-03-01T08:15:00.123456Z","host":"ward-7","epoch":3,)"
        R"("seq":42,"severity":"warning","data":{"device":"1-2"}})";
    CHECK(syslog_message(record) ==
          "<84>1 2026-03-01T08:15:00.123456Z ward-7 vaktpost - usb.blocked - " + record);
}

TEST_CASE("the priority is facility 10 and what the record's severity means") {
    const auto [severity, priority] = GENERATE(table<std::string, std::string>({{"urgent", "<81>"},
                                                                                {"warning", "<84>"},
                                                                                {"notice", "<85>"},
                                                                                {"info", "<86>"},
                                                                                {"odd", "<86>"}}));
    CHECK_THAT(syslog_message(R"({"severity":")" + severity + "\"}"),
               Catch::StartsWith(priority + "1 "));
}

TEST_CASE("what a header cannot hold is left out of it and never touched in the record") {
    const std::string record =
        R"({"type":"a b","time":"","host":"a\nb","severity":7,"data":{"text":"æøå"}})";
    CHECK(syslog_message(record) == "<86>1 - - vaktpost - - - " + record);
    const std::string long_type = R"({"type":")" + std::string(33, 'x') + R"("})";
    CHECK(syslog_message(long_type) == "<86>1 - - vaktpost - - - " + long_type);
}

TEST_CASE("text that is no record is sent all the same") {
    const std::string text = GENERATE(as<std::string>{}, "", "{", "[1]", "null", "<1>1 forged\n",
                                      std::string("\0\x80", 2), std::string(100, '['));
    CHECK(syslog_message(text) == "<86>1 - - vaktpost - - - " + text);
}
