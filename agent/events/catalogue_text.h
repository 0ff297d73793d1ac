// SPDX-License-Identifier: GPL-3.0-or-later
// The event catalogue as documents, made from core's table. The results stand in this folder
// (event.schema.json, catalogue.md); `ninja generate_event_documents` renews them and a test fails
// where they differ.
#pragma once

#include <string>

namespace vaktpost::events {

// JSON Schema (draft 2020-12) of one stored record.
std::string event_schema();

// The catalogue for people: every type, when it is recorded, and its fields. Markdown.
std::string event_catalogue();

}  // namespace vaktpost::events
