// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <string_view>

#include "agent/core/catalogue.h"
#include "agent/events/catalogue_text.h"

namespace vaktpost::events {
namespace {

constexpr std::string_view introduction =
    R"(<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Made from agent/core/catalogue.cpp by `ninja generate_event_documents`; do not edit. -->
# Event catalogue

Everything that Vaktpost records, and nothing else: each record is one JSON object; `event.schema.json` beside this file is its
JSON Schema. Times in `_us` are microseconds, in `_ms` milliseconds.

| key | meaning |
|---|---|
| `v` | format of the record: 1 |
| `type` | what happened, see below |
| `code` | short code of the record, as shown on the screen |
| `cause` | `seq` of the record that led to this one |
| `outcome` | `enforced`; `observed`: decided, but the policy only observes; `failed` |
| `time` | wall clock, UTC |
| `boot_us`, `boot_id` | time since the machine started, and which start that was |
| `host`, `labels` | the machine and what it is labelled with |
| `epoch`, `seq` | number of the record; `seq` counts from 1 in each epoch, an epoch begins when the log had to begin anew |
| `salt` | 16 random bytes: the hash of a record gives nothing away about its content |
| `prev` | SHA-256 of the record before, exactly as stored; 64 zeros in the first record of an epoch |
| `severity` | `info`, `notice`, `warning`, `urgent` |
| `purpose` | why it is recorded: `operations` or `security` |
| `policy` | version and SHA-256 of the policy by which was decided |
| `rule` | the rule that decided |
| `seat` | logind's seat |
| `session` | `id` and `class` of the login session; routine records have the class alone |
| `data` | the fields of the type, below; what is not known is left out |
)";

std::string_view to_text(core::FieldType type) {
    constexpr std::array<std::string_view, 5> names{"boolean", "integer", "text", "list of texts",
                                                    "list of parts"};
    return names[static_cast<std::size_t>(type)];
}

std::string section(const core::EventSpec& spec) {
    std::string text = "\n## " + std::string(spec.name) + "\n";
    (text += spec.when) += "\n\nSeverity ";
    (text += core::to_string(spec.severity)) += ", purpose ";
    (text += core::to_string(spec.purpose)) +=
        spec.urgency == core::Urgency::at_once ? ", stored at once" : ", stored within 1 s";
    text += spec.routine ? ", routine.\n" : ".\n";
    if (spec.fields.empty()) return text;
    text += "\n| field | type | meaning |\n|---|---|---|\n";
    for (const core::FieldSpec& field : spec.fields) {
        ((text += "| `") += field.key) += "` | ";
        ((text += to_text(field.type)) += " | ") += field.help;
        text += " |\n";
    }
    return text;
}

}  // namespace

std::string event_catalogue() {
    std::string text(introduction);
    for (const core::EventSpec& spec : core::catalogue()) text += section(spec);
    return text;
}

}  // namespace vaktpost::events
