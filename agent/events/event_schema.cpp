// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "agent/core/catalogue.h"
#include "agent/core/medium.h"
#include "agent/core/record.h"
#include "agent/core/session.h"
#include "agent/events/catalogue_text.h"
#include "agent/events/clean_text.h"
#include "agent/events/record_text.h"

namespace vaktpost::events {
namespace {

namespace json = boost::json;

template <class Enum>
json::object words() {
    json::array list;
    for (const std::string_view word : core::Words<Enum>::table) list.emplace_back(word);
    return {{"enum", std::move(list)}};
}

// maxLength counts characters, of which a text has at most as many as bytes.
json::object text_schema() {
    return {{"type", "string"}, {"maxLength", text_limit}};
}
json::object pattern(std::string_view expression) {
    return {{"type", "string"}, {"pattern", expression}};
}
json::object whole_number(std::int64_t least) {
    return {{"type", "integer"}, {"minimum", least}};
}
json::object list_schema(json::object items) {
    return {{"type", "array"}, {"maxItems", list_limit}, {"items", std::move(items)}};
}

json::array keys_of(const json::object& properties) {
    json::array keys;
    for (const auto& property : properties) keys.emplace_back(property.key());
    return keys;
}

json::object object_schema(json::object properties, json::array required) {
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
}

json::object complete_object(json::object properties) {
    json::array required = keys_of(properties);
    return object_schema(std::move(properties), std::move(required));
}

json::object part_schema() {
    return complete_object({{"offset", whole_number(0)},
                            {"size", whole_number(0)},
                            {"type", text_schema()},
                            {"verdict", words<core::Verdict>()},
                            {"evidence", text_schema()}});
}

json::object field_schema(const core::FieldSpec& field) {
    json::object schema;
    switch (field.type) {
        case core::FieldType::boolean:
            schema = {{"type", "boolean"}};
            break;
        case core::FieldType::integer:
            schema = {{"type", "integer"}};
            break;
        case core::FieldType::text:
            schema = text_schema();
            break;
        case core::FieldType::text_list:
            schema = list_schema(text_schema());
            break;
        case core::FieldType::part_list:
            schema = list_schema({{"$ref", "#/$defs/part"}});
            break;
    }
    schema["description"] = field.help;
    return schema;
}

json::object session_schema(bool routine) {
    json::object properties;
    if (!routine) properties["id"] = text_schema();
    properties["class"] = words<core::SessionClass>();
    return complete_object(std::move(properties));
}

// What a record of this type says beyond what all say.
json::object type_schema(const core::EventSpec& spec) {
    json::object data;
    for (const core::FieldSpec& field : spec.fields) data[field.key] = field_schema(field);
    return {{"description", spec.when},
            {"properties",
             {{"severity", {{"default", core::to_string(spec.severity)}}},
              {"purpose", {{"const", core::to_string(spec.purpose)}}},
              {"session", session_schema(spec.routine)},
              {"data", object_schema(std::move(data), {})}}}};
}

json::object common_properties() {
    json::array names;
    for (const core::EventSpec& spec : core::catalogue()) names.emplace_back(spec.name);
    const json::object digest = pattern("^[0-9a-f]{64}$");
    json::object properties;
    properties["v"] = {{"const", 1}};
    properties["type"] = {{"enum", std::move(names)}};
    properties["code"] = pattern("^[0-9A-HJKMNP-TV-Z]{4,}$");
    properties["cause"] = whole_number(1);
    properties["outcome"] = words<core::Outcome>();
    properties["time"] =
        pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$");
    properties["boot_us"] = whole_number(0);
    properties["boot_id"] = text_schema();
    properties["host"] = text_schema();
    properties["labels"] = list_schema(text_schema());
    properties["epoch"] = whole_number(1);
    properties["seq"] = whole_number(1);
    properties["salt"] = pattern("^[0-9a-f]{32}$");
    properties["prev"] = digest;
    properties["severity"] = words<core::Severity>();
    properties["purpose"] = words<core::Purpose>();
    properties["policy"] =
        complete_object({{"version", whole_number(0)}, {"sha256", pattern("^([0-9a-f]{64})?$")}});
    properties["rule"] = text_schema();
    properties["seat"] = text_schema();
    properties["session"] = {{"type", "object"}};
    properties["data"] = {{"type", "object"}};
    return properties;
}

json::array without(json::array keys, std::initializer_list<std::string_view> optional) {
    for (const std::string_view key : optional)
        for (auto it = keys.begin(); it != keys.end();)
            it = it->get_string() == key ? keys.erase(it) : it + 1;
    return keys;
}

// Two blanks a level, one line a scalar: diffs stay readable.
void print(const json::value& value, const std::string& indent, std::string& out) {
    const std::string deeper = indent + "  ";
    std::string_view separator = "\n";
    if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
        out += '{';
        for (const auto& [key, member] : *object) {
            (out += separator) += deeper + json::serialize(json::string(key)) + ": ";
            print(member, deeper, out);
            separator = ",\n";
        }
        (out += '\n') += indent + '}';
    } else if (const json::array* array = value.if_array();
               array != nullptr && !array->empty() && array->front().is_object()) {
        out += '[';
        for (const json::value& element : *array) {
            (out += separator) += deeper;
            print(element, deeper, out);
            separator = ",\n";
        }
        (out += '\n') += indent + ']';
    } else {
        out += json::serialize(value);
    }
}

}  // namespace

std::string event_schema() {
    json::object properties = common_properties();
    json::array required = without(keys_of(properties), {"cause", "rule", "seat", "session"});
    json::object definitions{{"part", part_schema()}};
    json::array choices;
    for (const core::EventSpec& spec : core::catalogue()) {
        definitions[spec.name] = type_schema(spec);
        choices.push_back({{"if", {{"properties", {{"type", {{"const", spec.name}}}}}}},
                           {"then", {{"$ref", "#/$defs/" + std::string(spec.name)}}}});
    }
    const json::object schema{
        {"$schema", "https://json-schema.org/draft/2020-12/schema"},
        {"$comment",
         "SPDX-License-Identifier: GPL-3.0-or-later. Made from agent/core/catalogue.cpp."},
        {"title", "Vaktpost event"},
        {"type", "object"},
        {"properties", std::move(properties)},
        {"required", std::move(required)},
        {"additionalProperties", false},
        {"allOf", std::move(choices)},
        {"$defs", std::move(definitions)}};
    std::string text;
    print(schema, "", text);
    return text + "\n";
}

}  // namespace vaktpost::events
