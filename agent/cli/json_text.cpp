// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/json_text.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "agent/cli/output.h"

namespace vaktpost::cli {
namespace {

namespace json = boost::json;

const json::value* find(const json::object& object, std::string_view key) {
    return object.if_contains(json::string_view(key.data(), key.size()));
}

std::string list_text(const json::array& list) {
    std::string text = "[";
    for (const json::value& element : list) {
        if (text.size() > 1) text += ' ';
        text += value_text(element);
    }
    return text + "]";
}

}  // namespace

std::string value_text(const json::value& value) {
    if (const json::string* text = value.if_string()) return as_word(*text);
    if (const json::array* list = value.if_array()) return list_text(*list);
    if (const json::object* object = value.if_object()) return "{" + fields_text(*object) + "}";
    return json::serialize(value);
}

std::string fields_text(const json::object& object) {
    std::string text;
    for (const auto& [key, value] : object) {
        if (!text.empty()) text += ' ';
        text += as_word(key) + "=" + value_text(value);
    }
    return text;
}

std::string text_in(const json::object& object, std::string_view key) {
    const json::value* value = find(object, key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

const json::object& object_in(const json::object& object, std::string_view key) {
    static const json::object none;
    const json::value* value = find(object, key);
    return value != nullptr && value->is_object() ? value->get_object() : none;
}

std::optional<core::Seq> cause_of(const json::object& record) {
    const json::value* cause = find(record, "cause");
    if (cause == nullptr || !cause->is_int64() || cause->get_int64() < 1) return std::nullopt;
    return static_cast<core::Seq>(cause->get_int64());
}

}  // namespace vaktpost::cli
