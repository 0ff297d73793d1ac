// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/gathering.h"

#include <catch2/catch.hpp>

#include "agent/events/record_text.h"

using namespace vaktpost;
using namespace vaktpost::report;
using core::EventType;

namespace {

constexpr auto first_day = "2026-03-01";

struct Told {
    EventType type = EventType::usb_blocked;
    std::string time = "2026-03-02T08:00:00Z";
    std::vector<std::string> labels{"ward-3"};
    core::Outcome outcome = core::Outcome::enforced;
    std::optional<core::Severity> severity = std::nullopt;
    std::vector<core::Field> data{};
};

// Gathers records as the log writes them.
struct Week {
    Gathering gathered{*period_of(first_day, "2026-03-07", {})};
    core::Seq seq = 0;

    std::string take(const Told& told) {
        core::Record record;
        record.seq = ++seq;
        record.type = told.type;
        record.outcome = told.outcome;
        record.severity = told.severity;
        record.data = told.data;
        events::Stamp stamp;
        stamp.epoch = 1;
        stamp.time = *events::from_rfc3339(told.time);
        const auto text =
            events::record_text(record, {"ward-pc-7", told.labels, "boot", 1, ""}, stamp);
        again(text);
        return text;
    }
    void again(const std::string& text) {
        const auto scanned = verify::scan_record(text);
        REQUIRE(scanned);
        gathered.take(*scanned, events::digest_of(text));
    }
};

std::uint64_t count_of(const Counts& counts, Series series) {
    return counts[static_cast<std::size_t>(series)];
}

}  // namespace

TEST_CASE("a block counts on its day, for each label of its host, by what came of it") {
    Week week;
    week.take({});
    week.take({.labels = {"ward-3", "trolley"}, .outcome = core::Outcome::observed});
    week.take({.time = "2026-03-07T23:59:59Z", .labels = {}, .outcome = core::Outcome::failed});
    const auto& days = week.gathered.by_day();
    REQUIRE(days.size() == 7);
    CHECK(count_of(days[1], Series::blocked) == 1);
    CHECK(count_of(days[1], Series::observed) == 1);
    CHECK(count_of(days[6], Series::failed) == 1);
    const auto& labels = week.gathered.by_label();
    CHECK(count_of(labels.at("ward-3").at(1), Series::observed) == 1);
    CHECK(count_of(labels.at("trolley").at(1), Series::observed) == 1);
    CHECK(count_of(labels.at("").at(6), Series::failed) == 1);
    CHECK(week.gathered.labels_of("ward-pc-7").empty());
}

TEST_CASE("a record that is read twice counts once, and one outside of the period never") {
    Week week;
    const std::string text = week.take({});
    week.again(text);
    week.take({.time = "2026-02-28T23:59:59Z"});
    week.take({.time = "2026-03-08T00:00:00Z"});
    CHECK(week.gathered.incident_count() == 1);
    CHECK(count_of(week.gathered.by_day()[1], Series::blocked) == 1);
}

TEST_CASE("routine leaves no trace, whatever it says that it weighs") {
    for (const core::EventSpec& spec : core::catalogue()) {
        if (!spec.routine) continue;
        Week week;
        week.take({.type = spec.type, .severity = core::Severity::urgent});
        CHECK(week.gathered.incident_count() == 0);
        CHECK(week.gathered.by_label().empty());
    }
}

TEST_CASE("no tag, no serial number and no span of time is kept") {
    for (const core::EventSpec& spec : core::catalogue()) {
        if (spec.routine) continue;
        Week week;
        Told told{.type = spec.type, .severity = core::Severity::urgent};
        for (const core::FieldSpec& field : spec.fields)
            if (field.type == core::FieldType::text)
                told.data.push_back({field.key, std::string("text")});
            else if (field.type == core::FieldType::integer)
                told.data.push_back({field.key, std::int64_t{1}});
        week.take(told);
        const auto incidents = week.gathered.incidents();
        REQUIRE(incidents.size() == 1);
        for (const auto& [key, text] : incidents[0].fields) {
            CHECK(key != "card");
            CHECK(key != "tag");
            CHECK(key != "serial");
            CHECK(key.find("_ms") == std::string::npos);
            CHECK(key.find("_us") == std::string::npos);
        }
    }
}

TEST_CASE("of too many warnings the urgent ones stay, then the newest") {
    Week week;
    week.take({.type = EventType::session_lock_unconfirmed, .time = "2026-03-01T00:00:00Z"});
    for (std::size_t i = 0; i < Gathering::most_incidents; ++i)
        week.take({.time = i == 0 ? "2026-03-03T00:00:00Z" : "2026-03-04T00:00:00Z"});
    const auto kept = week.gathered.incidents();
    REQUIRE(kept.size() == Gathering::most_incidents);
    CHECK(week.gathered.incident_count() == Gathering::most_incidents + 1);
    CHECK(kept.back().type == "session.lock_unconfirmed");
    CHECK(events::to_rfc3339(kept[kept.size() - 2].time) == "2026-03-04T00:00:00.000Z");
    CHECK(count_of(week.gathered.by_day()[2], Series::blocked) == 1);
}

TEST_CASE("labels beyond the most are counted together") {
    Week week;
    for (std::size_t i = 0; i < Gathering::most_labels + 5; ++i)
        week.take({.labels = {"ward-" + std::to_string(i)}});
    CHECK(week.gathered.by_label().size() == Gathering::most_labels);
    CHECK(count_of(week.gathered.other_labels().at(1), Series::blocked) == 5);
}

TEST_CASE("a record that does not say how much it weighs is looked at") {
    Week week;
    std::string text = week.take({.type = EventType::media_admitted});
    CHECK(week.gathered.incident_count() == 0);
    const std::string known = "media.admitted";
    text.replace(text.find(known), known.size(), "later.version1");
    text.replace(text.find("\"severity\":\"info\","), 18, "");
    week.again(text);
    REQUIRE(week.gathered.incident_count() == 1);
    CHECK(week.gathered.incidents()[0].type == "later.version1");
}
