// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/convert/mapping.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "agent/convert/escape.h"

using namespace vaktpost;
using namespace vaktpost::convert;

namespace {

bool has_field(const core::EventSpec& spec, std::string_view key) {
    for (const core::FieldSpec& field : spec.fields)
        if (field.key == key) return field.type == core::FieldType::text;
    return false;
}

}  // namespace

TEST_CASE("every type of the catalogue has a row in the table of formats") {
    for (const core::EventSpec& spec : core::catalogue()) {
        INFO(spec.name << " lacks a row in agent/convert/mapping.cpp");
        const Row* row = row_of(spec.type);
        REQUIRE(row != nullptr);
        CHECK(row->type == spec.type);
    }
}

TEST_CASE("no two types are called alike") {
    std::set<std::string_view> titles;
    for (const core::EventSpec& spec : core::catalogue())
        CHECK(titles.insert(row_of(spec.type)->title).second);
}

TEST_CASE("a subject is made of texts that the type carries") {
    for (const core::EventSpec& spec : core::catalogue())
        for_each_word(row_of(spec.type)->subject, [&](std::string_view key) {
            INFO(spec.name << " has no text " << key);
            CHECK(has_field(spec, key));
        });
}

TEST_CASE("what belongs to a peripheral's activity names the peripheral") {
    for (const core::EventSpec& spec : core::catalogue()) {
        const Row& row = *row_of(spec.type);
        INFO(spec.name);
        if (row.ocsf.event_class == OcsfClass::peripheral_activity) CHECK(!row.subject.empty());
    }
}

TEST_CASE("a security alert has a code of DICOM's for its kind") {
    for (const core::EventSpec& spec : core::catalogue()) {
        const Atna& atna = row_of(spec.type)->atna;
        INFO(spec.name);
        if (atna.event.code == dicom::security_alert.code) CHECK(!atna.type.code.empty());
    }
}

TEST_CASE("a worse severity is a higher number in every format") {
    using enum core::Severity;
    for (const auto& [less, more] :
         {std::pair(info, notice), {notice, warning}, {warning, urgent}}) {
        CHECK(words_of(less).ocsf < words_of(more).ocsf);
        CHECK(words_of(less).cef < words_of(more).cef);
    }
}
