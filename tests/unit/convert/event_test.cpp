// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/convert/event.h"

#include <catch2/catch.hpp>

#include "agent/events/chain.h"
#include "tests/unit/convert/events.h"

using namespace vaktpost;
using namespace vaktpost::convert;
using core::EventType;

TEST_CASE("a stored record of every type is read back") {
    for (const core::EventSpec& spec : core::catalogue()) {
        const std::string text = test::stored(test::record_of(spec.type));
        const auto event = read_event(text);
        REQUIRE(event);
        CHECK(event->spec == &spec);
        CHECK(event->text == text);
        CHECK(event->severity == spec.severity);
        CHECK(uid_of(*event) == "ward-pc-7/3/32");
        CHECK(digest_of(*event) == events::to_hex(events::digest_of(text)));
    }
}

TEST_CASE("a record's own severity counts, not its type's") {
    auto record = test::record_of(EventType::media_bypass, core::Outcome::failed);
    record.severity = core::Severity::urgent;
    const std::string text = test::stored(record);
    CHECK(read_event(text)->severity == core::Severity::urgent);
}

TEST_CASE("what is about a device names it, and why it happened") {
    auto record = test::record_of(EventType::exception_used);
    record.data = {{"device", std::string("1-2")}, {"reason", std::string("service")}};
    const std::string text = test::stored(record);
    CHECK(subject_of(*read_event(text)) == "1-2");
    CHECK(reason_of(*read_event(text)) == "service");
}

TEST_CASE("a gate's verdict says what was done, not what was decided") {
    const auto verdict = [](EventType type, core::Outcome outcome) {
        const std::string text = test::stored(test::record_of(type, outcome));
        return std::string(verdict_of(*read_event(text)));
    };
    CHECK(verdict(EventType::usb_blocked, core::Outcome::enforced) == "blocked");
    CHECK(verdict(EventType::usb_blocked, core::Outcome::observed) == "observed");
    CHECK(verdict(EventType::usb_blocked, core::Outcome::failed) == "failed");
    CHECK(verdict(EventType::usb_allowed, core::Outcome::enforced) == "allowed");
    CHECK(verdict(EventType::card_removed, core::Outcome::enforced).empty());
}

TEST_CASE("what has no field of its own in a format is not lost") {
    auto record = test::record_of(EventType::usb_removed);
    record.cause = 31;
    const std::string text = test::stored(record);
    const auto rest = rest_of(*read_event(text));
    for (const auto* key :
         {"cause", "outcome", "epoch", "salt", "prev", "purpose", "policy", "data"})
        CHECK(rest.contains(key));
    CHECK(!rest.contains("host"));
}

TEST_CASE("what is no record is refused with a reason") {
    const std::string good = test::stored(test::record_of(EventType::card_removed));
    REQUIRE(read_event(good));
    CHECK(read_event("").error().text().starts_with("not a record: no JSON"));
    CHECK(read_event("7").error().text() == "not a record: no JSON object");
    CHECK(read_event("{}").error().text() == "not a record: v is not 1");
    CHECK(read_event(good + '\t').error().text() == "not a record: it holds a control character");
}
