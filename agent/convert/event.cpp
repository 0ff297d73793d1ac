// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/convert/event.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <optional>

#include "agent/convert/escape.h"
#include "agent/events/chain.h"

namespace vaktpost::convert {
namespace {

namespace json = boost::json;

constexpr std::size_t host_limit = 255;  // HOSTNAME, RFC 5424

const json::value* find(const json::object& object, std::string_view key) {
    return object.if_contains(json::string_view(key.data(), key.size()));
}

core::Error refused(std::string why) {
    return {0, "not a record", std::move(why)};
}

const core::EventSpec* spec_named(std::string_view name) {
    const auto all = core::catalogue();
    const auto spec = std::find_if(all.begin(), all.end(),
                                   [&](const core::EventSpec& each) { return each.name == name; });
    return spec == all.end() ? nullptr : &*spec;
}

// Nothing where it is not a whole number of at least 1.
std::optional<std::int64_t> count_in(const json::object& object, std::string_view key) {
    const json::value* value = find(object, key);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 1) return std::nullopt;
    return value->get_int64();
}

// Exactly as the log writes it, not before 1970; other forms of RFC 3339 could not be passed on.
std::optional<events::WallTime> time_in(const json::object& record) {
    const auto text = text_in(record, "time");
    const auto time = events::from_rfc3339(text);
    if (!time || *time < events::WallTime() || events::to_rfc3339(*time) != text)
        return std::nullopt;
    return time;
}

bool is_version_1(const json::object& record) {
    const json::value* version = find(record, "v");
    return version != nullptr && version->is_int64() && version->get_int64() == 1;
}

// Type and place in the chain.
std::optional<std::string> read_place(Event& event) {
    event.spec = spec_named(text_in(event.record, "type"));
    if (event.spec == nullptr) return "its type is unknown";
    event.row = row_of(event.spec->type);
    if (event.row == nullptr) return "its type has no translation";
    event.host = text_in(event.record, "host");
    if (event.host.empty() || event.host.size() > host_limit) return "it names no host";
    const auto epoch = count_in(event.record, "epoch");
    const auto seq = count_in(event.record, "seq");
    if (!epoch || !seq) return "epoch and seq are to be whole numbers from 1 on";
    event.epoch = *epoch;
    event.seq = *seq;
    return std::nullopt;
}

std::optional<std::string> read_weight(Event& event) {
    const auto time = time_in(event.record);
    if (!time) return "time is to be as 2026-03-01T08:15:30.250Z";
    event.time = *time;
    event.time_text = events::to_rfc3339(*time);
    const auto severity = core::from_string<core::Severity>(text_in(event.record, "severity"));
    if (!severity) return "its severity is unknown";
    event.severity = *severity;
    const auto outcome = core::from_string<core::Outcome>(text_in(event.record, "outcome"));
    if (!outcome) return "its outcome is unknown";
    event.outcome = *outcome;
    return std::nullopt;
}

}  // namespace

core::Result<Event> read_event(std::string_view line) {
    if (has_control_character(line)) return refused("it holds a control character");
    Event event;
    event.text = line;
    boost::system::error_code error;
    json::value parsed = json::parse(json::string_view(line.data(), line.size()), error);
    if (error) return refused("no JSON, " + error.message());
    if (!parsed.is_object()) return refused("no JSON object");
    event.record = std::move(parsed.get_object());
    if (!is_version_1(event.record)) return refused("v is not 1");
    if (auto why = read_place(event)) return refused(std::move(*why));
    if (auto why = read_weight(event)) return refused(std::move(*why));
    return event;
}

std::string_view text_in(const json::object& object, std::string_view key) {
    const json::value* value = find(object, key);
    if (value == nullptr || !value->is_string()) return {};
    const json::string& text = value->get_string();
    return {text.data(), text.size()};
}

const json::object& object_in(const json::object& object, std::string_view key) {
    static const json::object none;
    const json::value* value = find(object, key);
    return value != nullptr && value->is_object() ? value->get_object() : none;
}

json::array words_in(const json::object& object, std::string_view key) {
    json::array words;
    const json::value* value = find(object, key);
    if (value == nullptr || !value->is_array()) return words;
    for (const json::value& word : value->get_array())
        if (word.is_string()) words.push_back(word);
    return words;
}

std::string uid_of(const Event& event) {
    return event.host + '/' + std::to_string(event.epoch) + '/' + std::to_string(event.seq);
}

std::string subject_of(const Event& event) {
    const auto& data = object_in(event.record, "data");
    std::string subject;
    for_each_word(event.row->subject, [&](std::string_view key) {
        const auto text = text_in(data, key);
        if (!subject.empty() && !text.empty()) subject += '/';
        subject += text;
    });
    return subject;
}

std::string_view reason_of(const Event& event) {
    constexpr std::array keys{"reason", "because", "cause", "trigger", "error"};
    const auto& data = object_in(event.record, "data");
    for (const std::string_view key : keys)
        if (const auto text = text_in(data, key); !text.empty()) return text;
    return {};
}

std::string digest_of(const Event& event) {
    return events::to_hex(events::digest_of(event.text));
}

std::string_view verdict_of(const Event& event) {
    if (event.row->gate == Gate::none) return {};
    if (event.outcome != core::Outcome::enforced) return core::to_string(event.outcome);
    return event.row->gate == Gate::allows ? "allowed" : "blocked";
}

bool is_present(const Event& event) {
    const json::value* present = find(object_in(event.record, "data"), "present");
    return present == nullptr || !present->is_bool() || present->get_bool();
}

json::object rest_of(const Event& event) {
    constexpr std::array elsewhere{"v",    "type",   "time", "boot_id",
                                   "host", "labels", "seq",  "severity"};
    json::object rest;
    for (const auto& [key, value] : event.record)
        if (std::find(elsewhere.begin(), elsewhere.end(), key) == elsewhere.end())
            rest[key] = value;
    return rest;
}

}  // namespace vaktpost::convert
