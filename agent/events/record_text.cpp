// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/record_text.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "agent/events/clean_text.h"
#include "platform/base/journal.h"

namespace vaktpost::events {
namespace {

namespace json = boost::json;

json::array list_of(const std::vector<std::string>& words) {
    json::array list;
    const std::size_t count = std::min(words.size(), list_limit);
    for (std::size_t i = 0; i < count; ++i) list.emplace_back(clean_text(words[i]));
    return list;
}

json::array list_of(const std::vector<core::MediumPart>& parts) {
    json::array list;
    const std::size_t count = std::min(parts.size(), list_limit);
    for (std::size_t i = 0; i < count; ++i) {
        const core::MediumPart& part = parts[i];
        list.push_back(json::object{{"offset", part.offset},
                                    {"size", part.size},
                                    {"type", clean_text(part.type)},
                                    {"verdict", core::to_string(part.verdict)},
                                    {"evidence", clean_text(part.evidence)}});
    }
    return list;
}

json::value json_of(bool value) {
    return value;
}
json::value json_of(std::int64_t value) {
    return value;
}
json::value json_of(const std::string& value) {
    return json::value(clean_text(value));
}
json::value json_of(const std::vector<std::string>& value) {
    return list_of(value);
}
json::value json_of(const std::vector<core::MediumPart>& value) {
    return list_of(value);
}

// The variant's alternatives stand in the order of FieldType.
static_assert(std::is_same_v<core::FieldValue,
                             std::variant<bool, std::int64_t, std::string, std::vector<std::string>,
                                          std::vector<core::MediumPart>>>);
core::FieldType type_of(const core::FieldValue& value) {
    return static_cast<core::FieldType>(value.index());
}

bool fits(const core::Field& field, const core::EventSpec& spec) {
    return std::any_of(spec.fields.begin(), spec.fields.end(), [&](const core::FieldSpec& known) {
        return known.key == field.key && known.type == type_of(field.value);
    });
}

void warn_of(const core::EventSpec& spec, std::string_view key) {
    platform::warn("record " + std::string(spec.name) + ": field " + platform::printable(key) +
                   " does not fit the catalogue; left out");
}

// In the catalogue's order.
json::object data_of(const core::Record& record, const core::EventSpec& spec) {
    json::object data;
    for (const core::FieldSpec& known : spec.fields) {
        const auto field =
            std::find_if(record.data.begin(), record.data.end(), [&](const core::Field& each) {
                return each.key == known.key && type_of(each.value) == known.type;
            });
        if (field != record.data.end())
            data[known.key] =
                std::visit([](const auto& value) { return json_of(value); }, field->value);
    }
    return data;
}

json::object session_of(const core::SessionRef& session, bool routine) {
    json::object object;
    if (!routine) object["id"] = clean_text(session.id.value);
    object["class"] = core::to_string(session.session_class);
    return object;
}

}  // namespace

std::string record_text(const core::Record& record, const Origin& origin, const Stamp& stamp) {
    const core::EventSpec& spec = core::spec_of(record.type);
    json::object text;
    text["v"] = 1;
    text["type"] = spec.name;
    text["code"] = core::short_code(record.seq);
    if (record.cause) text["cause"] = *record.cause;
    text["outcome"] = core::to_string(record.outcome);
    text["time"] = to_rfc3339(stamp.time);
    text["boot_us"] = record.at.time_since_epoch().count();
    text["boot_id"] = clean_text(origin.boot_id);
    text["host"] = clean_text(origin.host);
    text["labels"] = list_of(origin.labels);
    text["epoch"] = stamp.epoch;
    text["seq"] = record.seq;
    text["salt"] = to_hex(stamp.salt);
    text["prev"] = to_hex(stamp.previous);
    text["severity"] = core::to_string(record.severity.value_or(spec.severity));
    text["purpose"] = core::to_string(spec.purpose);
    text["policy"] = json::object{{"version", origin.policy_version},
                                  {"sha256", clean_text(origin.policy_sha256)}};
    if (!record.rule.empty()) text["rule"] = clean_text(record.rule.value);
    if (!record.seat.empty()) text["seat"] = clean_text(record.seat.value);
    if (record.session) text["session"] = session_of(*record.session, spec.routine);
    text["data"] = data_of(record, spec);
    for (const std::string_view key : misfits(record)) warn_of(spec, key);
    return json::serialize(text);
}

std::vector<std::string_view> misfits(const core::Record& record) {
    const core::EventSpec& spec = core::spec_of(record.type);
    std::vector<std::string_view> keys;
    for (const core::Field& field : record.data)
        if (!fits(field, spec)) keys.push_back(field.key);
    return keys;
}

}  // namespace vaktpost::events
