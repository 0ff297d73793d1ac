// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/convert/formats.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "tests/unit/convert/events.h"

using namespace vaktpost;
using namespace vaktpost::convert;
using core::EventType;
using core::Outcome;

namespace {

template <class Format>
std::string converted(Format format, const core::Record& record) {
    const std::string text = test::stored(record);
    return format(*read_event(text));
}

boost::json::object json_of(const std::string& line) {
    return boost::json::parse(line).as_object();
}

bool holds(const std::string& line, std::string_view part) {
    return line.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a blocked device is a peripheral disabled in OCSF, and the control denied it") {
    const auto event = json_of(converted(ocsf_line, test::record_of(EventType::usb_blocked)));
    CHECK(event.at("type_uid") == 101004);
    CHECK(event.at("action") == "Denied");
    CHECK(event.at("disposition") == "Blocked");
    CHECK(event.at("status") == "Success");
    CHECK(event.at("peripheral_device").at("name") == "unknown");
}

TEST_CASE("what was only observed counts nowhere as done") {
    const auto record = test::record_of(EventType::usb_blocked, Outcome::observed);
    const auto event = json_of(converted(ocsf_line, record));
    CHECK(event.at("status_id") == 99);
    CHECK(event.at("action") == "Observed");
    CHECK(json_of(converted(ecs_line, record)).at("event").at("outcome") == "unknown");
    CHECK(holds(converted(cef_line, record), " act=observed outcome=observed "));
    CHECK(holds(converted(atna_line, record), "EventOutcomeIndicator=\"12\""));
}

TEST_CASE("a lock that nobody confirmed is a finding, and a failure") {
    const auto record = test::record_of(EventType::session_lock_unconfirmed, Outcome::failed);
    const auto event = json_of(converted(ocsf_line, record));
    CHECK(event.at("class_uid") == 2004);
    CHECK(event.at("is_alert") == true);
    CHECK(json_of(converted(ecs_line, record)).at("event").at("outcome") == "failure");
    CHECK(holds(converted(cef_line, record), "|session.lock_unconfirmed|Lock unconfirmed|8|"));
    CHECK(holds(converted(atna_line, record), "EventOutcomeIndicator=\"12\""));
}

TEST_CASE("a value that ends in a pipe ends no header of CEF") {
    auto record = test::record_of(EventType::usb_removed);
    record.data = {{"device", std::string("1-2|")}};
    CHECK(holds(converted(cef_line, record), " cs2=1-2| cs2Label=subject "));
}

TEST_CASE("an alert's outcome says whether what was done about it helped") {
    const auto outcome = [](EventType type) {
        return converted(atna_line, test::record_of(type)).substr(0, 140);
    };
    CHECK(holds(outcome(EventType::card_removed), "EventOutcomeIndicator=\"0\""));
    CHECK(holds(outcome(EventType::media_blocked), "EventOutcomeIndicator=\"4\""));
    CHECK(holds(outcome(EventType::session_no_way_back), "EventOutcomeIndicator=\"8\""));
}

TEST_CASE("a session has a person in the audit message, whom the record does not name") {
    auto record = test::record_of(EventType::session_ended);
    record.session = core::SessionRef{{"2"}, core::SessionClass::graphical};
    const auto message = converted(atna_line, record);
    CHECK(holds(message, "UserID=\"not recorded\" AlternativeUserID=\"session 2\""));
    CHECK(holds(message, "<RoleIDCode csd-code=\"110150\""));
}

TEST_CASE("an audit message travels with facility 10 and the severity its profile knows") {
    CHECK(converted(atna_syslog_line, test::record_of(EventType::card_removed))
              .starts_with("<85>1 2026-03-01T08:15:30.250Z ward-pc-7 vaktpost - IHE+RFC-3881 - "
                           "<AuditMessage>"));
    CHECK(converted(atna_syslog_line, test::record_of(EventType::log_gap)).starts_with("<84>1 "));
}
