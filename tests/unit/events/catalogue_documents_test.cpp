// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "agent/events/catalogue_text.h"
#include "tests/unit/events/samples.h"

namespace {

std::string committed(const std::string& name) {
    const std::ifstream file(std::string(VAKTPOST_EVENT_DOCUMENTS) + "/" + name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("the committed JSON Schema is what the catalogue makes") {
    INFO("renew it with: ninja generate_event_documents");
    CHECK((committed("event.schema.json") == vaktpost::events::event_schema()));
}

TEST_CASE("the committed catalogue document is what the catalogue makes") {
    INFO("renew it with: ninja generate_event_documents");
    CHECK((committed("catalogue.md") == vaktpost::events::event_catalogue()));
}

TEST_CASE("the schema is JSON with a definition for each type of record") {
    const auto schema = vaktpost::test::parsed(vaktpost::events::event_schema());
    for (const auto& spec : vaktpost::core::catalogue())
        CHECK(schema.at("$defs").as_object().contains(spec.name));
}
