// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "agent/core/catalogue.h"

using namespace vaktpost::core;

TEST_CASE("no two event types share a name") {
    std::set<std::string_view> names;
    for (const auto& spec : catalogue()) CHECK(names.insert(spec.name).second);
}

TEST_CASE("every event type and field says what it means") {
    for (const auto& spec : catalogue()) {
        CHECK_FALSE(spec.when.empty());
        std::set<std::string_view> keys;
        for (const auto& field : spec.fields) {
            CHECK(keys.insert(field.key).second);
            CHECK_FALSE(field.help.empty());
        }
    }
}

TEST_CASE("what tells of a broken rule or a lost protection is committed at once") {
    for (const auto& spec : catalogue())
        if (spec.severity >= Severity::warning) CHECK(spec.urgency == Urgency::at_once);
}
