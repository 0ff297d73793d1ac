// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/record_text.h"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "agent/events/clean_text.h"
#include "tests/unit/events/samples.h"

using namespace vaktpost;
using events::record_text;
using test::parsed;
using test::sample;
using test::sample_origin;

namespace {

const events::Stamp stamp{
    3, events::WallTime(std::chrono::milliseconds(1'772'352'930'250)), {}, events::no_record};

core::Record blocked() {
    core::Record record = sample(167, core::EventType::usb_blocked);
    record.cause = 12;
    record.rule = {"phones-no-data"};
    record.seat = {"seat0"};
    record.session = core::SessionRef{{"2"}, core::SessionClass::graphical};
    record.data = {{"vendor", std::string("0bda")},
                   {"device", std::string("1-2")},
                   {"decision_us", std::int64_t{250}}};
    return record;
}

}  // namespace

TEST_CASE("a record's keys stand in the documented order and its data in the catalogue's") {
    CHECK(
        record_text(blocked(), sample_origin(), stamp) ==
        R"({"v":1,"type":"usb.blocked","code":"0057","cause":12,"outcome":"enforced",)"
        R"("time":"2026-03-01T08:15:30.250Z","boot_us":1167,"boot_id":"3f2b8c1e-0000-4000-8000-000000000001",)"
        R"("host":"ward-pc-7","labels":["ward-3"],"epoch":3,"seq":167,"salt":"00000000000000000000000000000000",)"
        R"("prev":"0000000000000000000000000000000000000000000000000000000000000000","severity":"warning",)"
        R"("purpose":"security","policy":{"version":42,"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
        R"(aaaaaaaaaaaaaaaa"},"rule":"phones-no-data","seat":"seat0","session":{"id":"2","class":"graphical"},)"
        R"("data":{"device":"1-2","vendor":"0bda","decision_us":250}})");
}

TEST_CASE("a routine record names no session, only its class") {
    core::Record record = sample(1, core::EventType::session_unlocked);
    record.session = core::SessionRef{{"2"}, core::SessionClass::graphical};
    const auto text = parsed(record_text(record, sample_origin(), stamp));
    CHECK(boost::json::serialize(text.at("session")) == R"({"class":"graphical"})");
}

TEST_CASE("what a record does not have is left out") {
    const auto text = parsed(record_text(sample(1), sample_origin(), stamp));
    for (const auto* key : {"cause", "rule", "seat", "session"}) CHECK_FALSE(text.contains(key));
    CHECK(text.at("data").as_object().empty());
}

TEST_CASE("a medium's parts are written with their verdicts") {
    core::Record record = sample(1, core::EventType::media_blocked);
    record.data = {
        {"parts", std::vector<core::MediumPart>{{512, 18'000'000'000'000'000'000U, "ntfs",
                                                 core::Verdict::plain, "file system"}}}};
    const auto text = parsed(record_text(record, sample_origin(), stamp));
    CHECK(boost::json::serialize(text.at("data")) ==
          R"({"parts":[{"offset":512,"size":18000000000000000000,"type":"ntfs","verdict":"plain",)"
          R"("evidence":"file system"}]})");
}

TEST_CASE("a hostile reader name stays within one JSON text on one line") {
    core::Record record = sample(1);
    record.data = {
        {"reader", std::string("x\"},\"severity\":\"info\n\x1b[2J\xff") + std::string(5000, 'y')}};
    const std::string text = record_text(record, sample_origin(), stamp);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
    const auto reader = parsed(text).at("data").at("reader").as_string();
    CHECK(reader.size() == events::text_limit);
    CHECK(reader.starts_with("x\"},\"severity\":\"info\n\x1b[2J\xEF\xBF\xBDyyy"));
}

TEST_CASE("a list of a hostile device is cut") {
    core::Record record = sample(1, core::EventType::usb_blocked);
    record.data = {{"blocked", std::vector<std::string>(5000, "0=03:01:01")}};
    CHECK(parsed(record_text(record, sample_origin(), stamp))
              .at("data")
              .at("blocked")
              .as_array()
              .size() == events::list_limit);
}

TEST_CASE("a data field that does not fit the catalogue is left out and named") {
    core::Record record = sample(1, core::EventType::card_inserted);
    record.data = {{"reader", std::int64_t{7}},
                   {"pin", std::string("1234")},
                   {"role", std::string("signing")}};
    CHECK(events::misfits(record) == std::vector<std::string_view>{"reader", "pin"});
    CHECK(boost::json::serialize(parsed(record_text(record, sample_origin(), stamp)).at("data")) ==
          R"({"role":"signing"})");
}

TEST_CASE("two records that are alike have different salts, so different hashes") {
    const events::Stamp first{1, stamp.time, events::fresh_salt(), events::no_record};
    const events::Stamp second{1, stamp.time, events::fresh_salt(), events::no_record};
    CHECK(events::digest_of(record_text(sample(1), sample_origin(), first)) !=
          events::digest_of(record_text(sample(1), sample_origin(), second)));
}

TEST_CASE("the digest is SHA-256") {
    CHECK(events::to_hex(events::digest_of("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
