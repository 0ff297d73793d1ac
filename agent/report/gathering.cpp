// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/gathering.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstring>
#include <optional>
#include <tuple>

#include "agent/core/record.h"
#include "agent/report/shown.h"

namespace vaktpost::report {
namespace {

namespace json = boost::json;
using core::Severity;
using verify::Scanned;

// What an incident shows of its data. A field that is not named here is not shown: tags of cards
// and media and serial numbers tell people apart, spans of time tell how long somebody was there.
constexpr std::array shown_fields{
    "source",     "cause",   "reader",    "account",     "needs",     "trigger",      "attempts",
    "background", "because", "device",    "vendor",      "product",   "blocked",      "rules",
    "keyboard",   "error",   "reason",    "minutes",     "by",        "until",        "medium",
    "verdict",    "how",     "evidence",  "file_system", "enrolment", "organisation", "unit",
    "use",        "present", "interface", "kind",        "beside",    "beside_kind",  "family",
    "masquerade", "epoch",   "first",     "last",        "count",     "percent",      "waiting"};
constexpr std::size_t most_of_a_list = 8;
constexpr std::size_t most_fields = 12;
constexpr std::size_t longest_text = 800;     // bytes: the page shows 200 characters of it
constexpr std::size_t longest_labels = 4096;  // bytes; longer ones are read anew each time

const core::EventSpec* spec_named(std::string_view name) {
    static const auto specs = [] {
        std::unordered_map<std::string_view, const core::EventSpec*> all;
        for (const core::EventSpec& spec : core::catalogue()) all[spec.name] = &spec;
        return all;
    }();
    const auto found = specs.find(name);
    return found == specs.end() ? nullptr : found->second;
}

// Who does not say how much it weighs is looked at.
Severity severity_of(const Scanned& record, const core::EventSpec* spec) {
    if (const auto known = core::from_string<Severity>(record.severity)) return *known;
    return spec != nullptr ? spec->severity : Severity::warning;
}

std::optional<Series> series_of(const Scanned& record) {
    if (record.type == "session.lock_unconfirmed") return Series::unconfirmed;
    if (record.type == "media.bypass") return Series::bypass;
    if (record.type != "usb.blocked" && record.type != "media.blocked") return std::nullopt;
    if (record.outcome == core::to_string(core::Outcome::observed)) return Series::observed;
    if (record.outcome == core::to_string(core::Outcome::failed)) return Series::failed;
    return Series::blocked;
}

std::string cut(std::string_view text) {
    return std::string(text.substr(0, longest_text));
}

std::string cut(const json::string& text) {
    return cut(std::string_view(text.data(), text.size()));
}

std::string text_of(const json::value& value) {
    if (const json::string* text = value.if_string()) return cut(*text);
    if (value.is_bool() || value.is_int64()) return json::serialize(value);
    const json::array* list = value.if_array();
    if (list == nullptr) return {};
    std::string text;
    for (std::size_t i = 0; i < list->size(); ++i) {
        if (i > 0) text += ", ";
        if (i == most_of_a_list) return text + "…";
        if (const json::string* word = (*list)[i].if_string()) text += cut(*word);
    }
    return cut(text);
}

json::value parsed(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    return error ? json::value() : value;
}

std::vector<std::pair<std::string, std::string>> fields_of(std::string_view data) {
    std::vector<std::pair<std::string, std::string>> fields;
    const json::value value = parsed(data);
    if (!value.is_object()) return fields;
    for (const char* key : shown_fields) {
        const json::value* field = value.get_object().if_contains(key);
        if (field == nullptr) continue;
        if (fields.size() == most_fields) break;
        if (std::string text = text_of(*field); !text.empty())
            fields.emplace_back(key, std::move(text));
    }
    return fields;
}

std::vector<std::string> words_of(std::string_view labels) {
    std::vector<std::string> words;
    const json::value value = parsed(labels);
    if (!value.is_array()) return words;
    for (const json::value& label : value.get_array()) {
        if (words.size() == Gathering::most_labels_of_a_host) break;
        if (!label.is_string()) continue;
        std::string word = cut(label.get_string());
        if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end())
            words.push_back(std::move(word));
    }
    return words;
}

bool stays_before(const Incident& a, const Incident& b) {
    return std::tie(a.severity, a.time) > std::tie(b.severity, b.time);
}

events::WallTime time_of(const Scanned& record) {
    return events::WallTime(std::chrono::milliseconds(record.time_ms));
}

}  // namespace

std::size_t Gathering::DigestHash::operator()(const events::Digest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
}

void Gathering::take(const Scanned& record, const events::Digest& digest) {
    const auto& labels = note_labels(record);
    const core::EventSpec* spec = spec_named(record.type);
    if (!period_.holds(time_of(record)) || (spec != nullptr && spec->routine)) return;
    const Severity severity = severity_of(record, spec);
    const auto series = series_of(record);
    if ((!series && severity < Severity::warning) || !seen_.insert(digest).second) return;
    if (series) count(*series, period_.day_of(time_of(record)), labels);
    if (severity >= Severity::warning) keep(severity, record, labels);
}

const std::vector<std::string>& Gathering::note_labels(const Scanned& record) {
    Labels& known = hosts_[std::string(record.host)];
    if (!record.labels.empty() && known.json == record.labels) return known.words;
    known.json = record.labels.size() <= longest_labels ? record.labels : std::string_view();
    known.words = words_of(record.labels);
    return known.words;
}

const std::vector<std::string>& Gathering::labels_of(const std::string& host) const {
    static const std::vector<std::string> none;
    const auto found = hosts_.find(host);
    return found == hosts_.end() ? none : found->second.words;
}

void Gathering::count(Series series, std::size_t day, const std::vector<std::string>& labels) {
    const auto place = static_cast<std::size_t>(series);
    ++by_day_[day][place];
    static const std::vector<std::string> unlabelled{""};
    for (const std::string& label : labels.empty() ? unlabelled : labels) {
        const bool full = by_label_.size() >= most_labels && !by_label_.contains(label);
        ++(full ? other_labels_ : by_label_[label])[day][place];
    }
}

void Gathering::keep(Severity severity, const Scanned& record,
                     const std::vector<std::string>& labels) {
    ++incident_count_;
    Incident incident;
    incident.severity = severity;
    incident.time = time_of(record);
    if (incidents_.size() == most_incidents) {
        if (!stays_before(incident, incidents_.front())) return;
        std::pop_heap(incidents_.begin(), incidents_.end(), stays_before);
        incidents_.pop_back();
    }
    incident.position = record.position;
    incident.host = cut(unescaped(record.host));
    incident.type = cut(unescaped(record.type));
    incident.outcome = cut(unescaped(record.outcome));
    incident.labels = labels;
    incident.fields = fields_of(record.data);
    incidents_.push_back(std::move(incident));
    std::push_heap(incidents_.begin(), incidents_.end(), stays_before);
}

std::vector<Incident> Gathering::incidents() const {
    std::vector<Incident> sorted = incidents_;
    std::sort(sorted.begin(), sorted.end(), [](const Incident& a, const Incident& b) {
        return std::tie(b.time, b.severity, a.host, b.position) <
               std::tie(a.time, a.severity, b.host, a.position);
    });
    return sorted;
}

}  // namespace vaktpost::report
