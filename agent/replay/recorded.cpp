// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/replay/recorded.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "agent/events/clean_text.h"
#include "agent/events/record_text.h"
#include "agent/events/wall_time.h"

namespace vaktpost::replay {
namespace {

namespace json = boost::json;

const json::value* find(const json::object& object, std::string_view key) {
    return object.if_contains(json::string_view(key.data(), key.size()));
}

std::string text_in(const json::object& object, std::string_view key) {
    const json::value* value = find(object, key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

std::optional<std::int64_t> number_in(const json::object& object, std::string_view key) {
    const json::value* value = find(object, key);
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    return value->get_int64();
}

std::optional<std::uint64_t> count_in(const json::object& object, std::string_view key) {
    const auto number = number_in(object, key);
    if (!number || *number < 1) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
}

// A century: nothing that is reckoned from it overflows.
constexpr std::int64_t longest_boot_us = 3'200'000'000'000'000;

bool read_place(const json::object& object, Recorded& record) {
    const auto epoch = count_in(object, "epoch");
    const auto seq = count_in(object, "seq");
    const auto boot = number_in(object, "boot_us");
    const auto time = events::from_rfc3339(text_in(object, "time"));
    if (!epoch || !seq || !boot || *boot < 0 || *boot > longest_boot_us || !time) return false;
    record.epoch = *epoch;
    record.seq = *seq;
    record.at = core::Instant(core::Duration(*boot));
    record.utc = time->time_since_epoch();
    return true;
}

bool is_cut(const json::value& value) {
    constexpr std::size_t longest_character = 4;
    if (value.is_string())
        return value.get_string().size() + longest_character > events::text_limit;
    if (!value.is_array()) return false;
    const auto& list = value.get_array();
    return list.size() >= events::list_limit || std::any_of(list.begin(), list.end(), is_cut);
}

}  // namespace

std::string Recorded::text(std::string_view key) const {
    return text_in(data, key);
}

bool Recorded::flag(std::string_view key) const {
    const json::value* value = find(data, key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<std::int64_t> Recorded::number(std::string_view key) const {
    return number_in(data, key);
}

std::optional<std::vector<std::string>> Recorded::list(std::string_view key) const {
    const json::value* value = find(data, key);
    if (value == nullptr || !value->is_array()) return std::nullopt;
    std::vector<std::string> texts;
    for (const json::value& each : value->get_array()) {
        if (!each.is_string()) return std::nullopt;
        texts.emplace_back(each.get_string());
    }
    return texts;
}

bool Recorded::has(std::string_view key) const {
    return find(data, key) != nullptr;
}

bool Recorded::may_be_cut() const {
    return std::any_of(data.begin(), data.end(),
                       [](const auto& field) { return is_cut(field.value()); });
}

Line read_line(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) return {};
    json::object& object = value.get_object();
    if (find(object, "checkpoint") != nullptr || find(object, "head") != nullptr)
        return {LineKind::note, {}};
    Line line;
    Recorded& record = line.record;
    record.type = text_in(object, "type");
    if (record.type.empty() || !read_place(object, record)) return {};
    record.code = text_in(object, "code");
    record.host = text_in(object, "host");
    record.boot_id = text_in(object, "boot_id");
    record.time = text_in(object, "time");
    record.cause = count_in(object, "cause");
    record.outcome = text_in(object, "outcome");
    record.rule = text_in(object, "rule");
    record.seat = text_in(object, "seat");
    if (json::value* session = object.if_contains("session"); session && session->is_object())
        record.session_class = text_in(session->get_object(), "class");
    if (json::value* data = object.if_contains("data"); data && data->is_object())
        record.data = std::move(data->get_object());
    line.kind = LineKind::record;
    return line;
}

}  // namespace vaktpost::replay
