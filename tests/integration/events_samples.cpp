// SPDX-License-Identifier: GPL-3.0-or-later
// Prints records as the log stores them, one per line, the same at each run: every type once bare
// and once with every field it may carry; with the argument "short" only the second, its lists of
// two words.
#include <iostream>
#include <string_view>

#include "agent/events/record_text.h"

using namespace vaktpost;

namespace {

core::FieldValue value_of(core::FieldType type, std::size_t list_length) {
    switch (type) {
        case core::FieldType::boolean:
            return true;
        case core::FieldType::integer:
            return std::int64_t{1'234'567'890'123};
        case core::FieldType::text:
            return std::string("text with \"quotes\", <tags> & a|b=c\\d, \x1b[2J and \xff");
        case core::FieldType::text_list:
            return std::vector<std::string>(list_length, "0=03:01:01");
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

core::Record complete(const core::EventSpec& spec, std::size_t list_length) {
    core::Record record = bare(spec);
    record.cause = 31;
    record.rule = {"builtin.card_reader"};
    record.seat = {"seat0"};
    record.session = core::SessionRef{{"2"}, core::SessionClass::graphical};
    for (const core::FieldSpec& field : spec.fields)
        record.data.push_back({field.key, value_of(field.type, list_length)});
    return record;
}

}  // namespace

int main(int argc, char** argv) {
    const bool is_short = argc == 2 && std::string_view(argv[1]) == "short";
    const std::size_t list_length = is_short ? 2 : 1000;
    const events::Origin origin{"ward-pc-7",
                                {"ward-3", "night"},
                                "3f2b8c1e-0000-4000-8000-000000000001",
                                42,
                                std::string(64, 'a')};
    const events::Stamp stamp{1, *events::from_rfc3339("2026-03-01T08:15:30.250Z"),
                              events::Salt{0x5a}, events::digest_of("before")};
    for (const core::EventSpec& spec : core::catalogue()) {
        if (!is_short) std::cout << events::record_text(bare(spec), origin, stamp) << '\n';
        core::Record record = complete(spec, list_length);
        if (!is_short) record.outcome = core::Outcome::observed;
        std::cout << events::record_text(record, origin, stamp) << '\n';
    }
}
