// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/document.h"

// Errors come back as values. The parser's assertions are off in every build: version 3.3 asserts
// what a file may break
// ("[#"), and reports the same as an error behind the assertion. Nothing of ours nests values
// deeper than a list in a table in a list.
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expression) static_assert(true)
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 8
#include <toml++/toml.h>

#include <array>
#include <chrono>

#include "config/quote.h"
#include "config/text_check.h"

namespace vaktpost::config {
namespace {

constexpr int deepest = 6;  // root, usb, rule, one rule, interface, one pattern

Position position(const toml::source_region& region) {
    if (!region.begin) return {};
    return {region.begin.line, region.begin.column};
}

Kind kind_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::string:
            return Kind::text;
        case toml::node_type::integer:
            return Kind::integer;
        case toml::node_type::floating_point:
            return Kind::real;
        case toml::node_type::boolean:
            return Kind::flag;
        case toml::node_type::array:
            return Kind::list;
        case toml::node_type::table:
            return Kind::table;
        default:
            return Kind::moment;
    }
}

// A day of the calendar and a time of it, with an offset: the library checks their ranges.
std::optional<core::WallTime> moment(const toml::date_time& time) {
    if (!time.offset) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(time.date.year),
                                           std::chrono::month(time.date.month),
                                           std::chrono::day(time.date.day)};
    if (!date.ok() || time.date.year < 1970) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(time.time.hour) +
           std::chrono::minutes(time.time.minute) + std::chrono::seconds(time.time.second) -
           std::chrono::minutes(time.offset->minutes);
}

Value convert(const toml::node& node, int depth) {
    Value value;
    value.kind = kind_of(node);
    value.at = position(node.source());
    if (const auto* text = node.as_string()) value.text = text->get();
    if (const auto* integer = node.as_integer()) value.integer = integer->get();
    if (const auto* flag = node.as_boolean()) value.flag = flag->get();
    if (const auto* time = node.as_date_time()) value.moment = moment(time->get());
    if (depth == deepest) return value;
    if (const auto* list = node.as_array())
        for (const toml::node& item : *list) value.list.push_back(convert(item, depth + 1));
    if (const auto* table = node.as_table())
        for (const auto& [key, item] : *table)
            value.table.push_back(
                {std::string(key.str()), position(key.source()), convert(item, depth + 1)});
    return value;
}

// The library says where it was and what it saw; people mostly forget the quotes.
std::string syntax_message(std::string_view description) {
    constexpr std::string_view prefix = "Error while parsing ";
    constexpr std::array<std::string_view, 4> unquoted{
        "could not determine value type", "integer: expected", "floating-point: expected",
        "boolean: expected"};
    if (description.starts_with(prefix)) description.remove_prefix(prefix.size());
    std::string message = "not valid TOML: " + printable(description);
    for (const std::string_view sign : unquoted)
        if (description.find(sign) != std::string_view::npos)
            return message + "; words and durations stand in double quotes";
    return message;
}

}  // namespace

Document parse_document(std::string_view text) {
    Document document;
    if (auto problem = check_text(text)) {
        document.problems.push_back(std::move(*problem));
        return document;
    }
    const toml::parse_result parsed = toml::parse(text);
    if (parsed) {
        document.root = convert(parsed.table(), 0);
        return document;
    }
    const Position at = position(parsed.error().source());
    document.problems.push_back({at.line, at.column, syntax_message(parsed.error().description())});
    return document;
}

}  // namespace vaktpost::config
