// SPDX-License-Identifier: GPL-3.0-or-later
// Prints records as the log stores them, one per line: every type once bare and once with every
// field it may carry.
#include <iostream>

#include "agent/events/record_text.h"

using namespace vaktpost;

namespace {

core::FieldValue value_of(core::FieldType type) {
    switch (type) {
        case core::FieldType::boolean:
            return true;
        case core::FieldType::integer:
            return std::int64_t{1'234'567'890'123};
        case core::FieldType::text:
            return std::string("text with \"quotes\", \x1b[2J and \xff");
        case core::FieldType::text_list:
            return std::vector<std::string>(1000, "0=03:01:01");
        case core::FieldType::part_list:
            break;
    }
    return std::vector<core::MediumPart>{
        {1'048'576, 4096, "crypto_LUKS2", core::Verdict::encrypted, "aes-xts-plain64"}};
}

core::Record bare(const core::EventSpec& spec) {
    core::Record record;
    record.seq = 32;
    record.type = spec.type;
    return record;
}

core::Record complete(const core::EventSpec& spec) {
    core::Record record = bare(spec);
    record.cause = 31;
    record.outcome = core::Outcome::observed;
    record.rule = {"builtin.card_reader"};
    record.seat = {"seat0"};
    record.session = core::SessionRef{{"2"}, core::SessionClass::graphical};
    for (const core::FieldSpec& field : spec.fields)
        record.data.push_back({field.key, value_of(field.type)});
    return record;
}

}  // namespace

int main() {
    const events::Origin origin{"ward-pc-7",
                                {"ward-3", "night"},
                                "3f2b8c1e-0000-4000-8000-000000000001",
                                42,
                                std::string(64, 'a')};
    for (const core::EventSpec& spec : core::catalogue())
        for (const core::Record& record : {bare(spec), complete(spec)}) {
            const events::Stamp stamp{1, events::wall_now(), events::fresh_salt(),
                                      events::digest_of("before")};
            std::cout << events::record_text(record, origin, stamp) << '\n';
        }
}
