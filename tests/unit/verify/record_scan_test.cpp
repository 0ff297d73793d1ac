// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/verify/record_scan.h"

#include <catch2/catch.hpp>
#include <string>

#include "agent/events/record_text.h"
#include "agent/verify/json_scan.h"

using namespace vaktpost;
using verify::JsonScan;
using verify::scan_record;

namespace {

std::string sample() {
    core::Record record;
    record.seq = 17;
    record.type = core::EventType::usb_blocked;
    record.cause = 16;
    record.at = core::Instant(core::Duration(1500));
    record.rule = {"r1"};
    events::Stamp stamp;
    stamp.epoch = 3;
    stamp.time = events::WallTime(std::chrono::milliseconds(1234));
    stamp.salt = {1, 2, 3, 4, 5, 6, 7, 8};
    stamp.previous[0] = 0xab;
    return events::record_text(record, {"ward-pc-7", {"ward 3\n"}, "boot", 7, "aa"}, stamp);
}

std::string with(const std::string& from, const std::string& to) {
    std::string text = sample();
    const auto place = text.find(from);
    REQUIRE(place != std::string::npos);
    return text.replace(place, from.size(), to);
}

bool is_json(std::string_view text) {
    JsonScan scan(text);
    return scan.value() && scan.at_end();
}

}  // namespace

TEST_CASE("a record as the agent writes it says where it belongs") {
    const std::string text = sample();
    const auto record = scan_record(text);
    REQUIRE(record);
    CHECK(record->type == "usb.blocked");
    CHECK(record->host == "ward-pc-7");
    CHECK(record->boot_id == "boot");
    CHECK(record->boot_us == 1500);
    CHECK(record->time_ms == 1234);
    CHECK(record->position == events::Position{3, 17});
    CHECK(record->salt == 0x0102030405060708);
    CHECK(record->prev[0] == 0xab);
    CHECK(record->data == "{}");
}

TEST_CASE("a key that a later version adds is passed over") {
    CHECK(scan_record(with(R"("severity":)", R"("new":[1,{"a":null}],"severity":)")));
}

TEST_CASE("what is not exactly as the agent writes it is no record") {
    CHECK_FALSE(scan_record(""));
    CHECK_FALSE(scan_record("{}"));
    CHECK_FALSE(scan_record(sample() + " "));
    CHECK_FALSE(scan_record(sample() + sample()));
    CHECK_FALSE(scan_record(" " + sample()));
    CHECK_FALSE(scan_record(with(R"("host":)", R"("host": )")));
    CHECK_FALSE(scan_record(with(R"("seq":17)", R"("seq":17,"seq":18)")));
    CHECK_FALSE(scan_record(with(R"("seq":17)", R"("seq":017)")));
    CHECK_FALSE(scan_record(with(R"("seq":17)", R"("seq":-17)")));
    CHECK_FALSE(scan_record(with(R"("seq":17)", R"("seq":0)")));
    CHECK_FALSE(scan_record(with(R"("seq":17)", R"("seq":"17")")));
    CHECK_FALSE(scan_record(with(R"("seq":17)", R"("seq":99999999999999999999)")));
    CHECK_FALSE(scan_record(with(R"("host":"ward-pc-7")", R"("host":"")")));
    CHECK_FALSE(scan_record(with(R"("host":"ward-pc-7",)", "")));
    CHECK_FALSE(scan_record(with("ward-pc-7", "ward\xff")));
    CHECK_FALSE(scan_record(with("ward-pc-7", "ward\n")));
    CHECK_FALSE(scan_record(with(R"("prev":"ab)", R"("prev":"AB)")));
    CHECK_FALSE(scan_record(with("1970-01-01T", "1970-13-01T")));
    CHECK_FALSE(scan_record(with(R"("data":{})", R"("data":[])")));
    for (std::size_t length = 0; length < sample().size(); ++length)
        CHECK_FALSE(scan_record(std::string_view(sample()).substr(0, length)));
}

TEST_CASE("the scanner knows JSON") {
    for (const char* text : {"0", "-1", "1.5e+3", "true", "false", "null", "\"\"", "\"\\u00e5\\n\"",
                             "\"\xc3\xa5\"", "[]", "{}", "[[],{}]", R"({"a":{"b":[1,2]},"c":0})"})
        CHECK(is_json(text));
    for (const char* text : {"",
                             "-",
                             "01",
                             "1.",
                             "1e",
                             "tru",
                             "\"",
                             "\"\\x\"",
                             "\"\\u12\"",
                             "\"\x01\"",
                             "\"\x7f\"",
                             "\"\xc3\"",
                             "\"\xed\xa0\x80\"",
                             "[",
                             "[1",
                             "[1,",
                             "[1,]",
                             "]",
                             "{",
                             "{1:2}",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{\"a\":1,}",
                             "[1}",
                             "[1 ]",
                             "{\"a\":1]"})
        CHECK_FALSE(is_json(text));
    CHECK_FALSE(is_json(std::string(1000, '[') + std::string(1000, ']')));
}
