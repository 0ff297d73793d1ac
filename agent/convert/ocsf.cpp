// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "agent/convert/escape.h"
#include "agent/convert/formats.h"

namespace vaktpost::convert {
namespace {

namespace json = boost::json;

constexpr std::string_view version = "1.8.0";
constexpr OcsfActivity closed{3, "Close"};  // of a finding

struct Caption {
    OcsfClass event_class;
    std::string_view category;
    std::string_view name;
};
constexpr std::array captions{
    Caption{OcsfClass::base_event, "Uncategorized", "Base Event"},
    Caption{OcsfClass::event_log_activity, "System Activity", "Event Log Activity"},
    Caption{OcsfClass::peripheral_activity, "System Activity", "Peripheral Activity"},
    Caption{OcsfClass::detection_finding, "Findings", "Detection Finding"},
    Caption{OcsfClass::authentication, "Identity & Access Management", "Authentication"},
    Caption{OcsfClass::device_config_state_change, "Discovery", "Device Config State Change"},
    Caption{OcsfClass::application_lifecycle, "Application Activity", "Application Lifecycle"},
};

const Caption& caption_of(OcsfClass event_class) {
    for (const Caption& caption : captions)
        if (caption.event_class == event_class) return caption;
    return captions[0];
}

struct Choice {
    int id;
    std::string_view name;
};

// Whether what is recorded came about. A finding has a life instead.
Choice status_of(const Event& event) {
    if (event.row->ocsf.event_class == OcsfClass::detection_finding)
        return is_present(event) ? Choice{1, "New"} : Choice{4, "Resolved"};
    switch (event.outcome) {
        case core::Outcome::enforced:
            return {1, "Success"};
        case core::Outcome::failed:
            return {2, "Failure"};
        case core::Outcome::observed:
            break;
    }
    return {99, core::to_string(event.outcome)};
}

void put_class(json::object& out, const Event& event) {
    const OcsfClass event_class = event.row->ocsf.event_class;
    const bool over = event_class == OcsfClass::detection_finding && !is_present(event);
    const OcsfActivity activity = over ? closed : event.row->ocsf.activity;
    const int uid = static_cast<int>(event_class);
    const Caption& caption = caption_of(event_class);
    out["category_uid"] = uid / 1000;
    out["category_name"] = caption.category;
    out["class_uid"] = uid;
    out["class_name"] = caption.name;
    out["activity_id"] = activity.id;
    out["activity_name"] = activity.name;
    out["type_uid"] = uid * 100 + activity.id;
    out["type_name"] = std::string(caption.name) + ": " + std::string(activity.name);
}

// System activities and state changes know device and actor by themselves, all others by that
// profile.
bool takes_host_profile(OcsfClass event_class) {
    const int category = static_cast<int>(event_class) / 1000;
    return category != 1 && category != 5;
}

json::object metadata_of(const Event& event) {
    json::array profiles;
    if (takes_host_profile(event.row->ocsf.event_class)) profiles.emplace_back("host");
    if (event.row->gate != Gate::none) profiles.emplace_back("security_control");
    json::object metadata{
        {"version", version},     {"product", {{"name", "Vaktpost"}, {"vendor_name", "Vaktpost"}}},
        {"uid", uid_of(event)},   {"event_code", event.spec->name},
        {"sequence", event.seq},  {"original_time", event.time_text},
        {"log_name", "vaktpost"}, {"log_version", "1"}};
    if (!profiles.empty()) metadata["profiles"] = std::move(profiles);
    if (auto labels = words_in(event.record, "labels"); !labels.empty())
        metadata["labels"] = std::move(labels);
    return metadata;
}

// Kind unknown: a record does not say whether it is a desktop or a laptop.
json::object device_of(const Event& event) {
    json::object device{{"hostname", event.host}, {"type_id", 0}};
    if (const auto boot = text_in(event.record, "boot_id"); !boot.empty())
        device["boot_uid"] = boot;
    return device;
}

json::object peripheral_of(const Event& event) {
    const std::string subject = subject_of(event);
    json::object peripheral{{"name", subject.empty() ? "unknown" : subject}};
    if (event.row->subject == "medium")
        peripheral["type_id"] = 1;  // External Storage
    else if (event.row->subject == "reader")
        peripheral.insert({{"type_id", 99}, {"type", "Card reader"}});
    else
        peripheral["type_id"] = 0;
    return peripheral;
}

// A finding that says whether it is still so keeps its name, so that the second one closes it.
json::object finding_of(const Event& event) {
    const bool lasting = object_in(event.record, "data").contains("present");
    const std::string uid =
        lasting ? event.host + '/' + std::string(event.spec->name) + '/' + subject_of(event)
                : uid_of(event);
    return {{"uid", uid},
            {"title", event.row->title},
            {"desc", event.spec->when},
            {"types", json::array{event.spec->name}}};
}

// A record names no person.
void put_person(json::object& out, const Event& event) {
    const auto& session = object_in(event.record, "session");
    out["user"] = {{"name", "not recorded"}, {"type_id", 0}};
    out["dst_endpoint"] = {{"hostname", event.host}};
    out["is_remote"] = text_in(session, "class") == "remote";
    if (const auto id = text_in(session, "id"); !id.empty()) out["session"] = {{"uid", id}};
}

// What only some classes require.
void put_subject(json::object& out, const Event& event) {
    switch (event.row->ocsf.event_class) {
        case OcsfClass::peripheral_activity:
            out["peripheral_device"] = peripheral_of(event);
            break;
        case OcsfClass::detection_finding:
            out["finding_info"] = finding_of(event);
            out["is_alert"] = is_present(event);
            break;
        case OcsfClass::authentication:
            put_person(out, event);
            break;
        case OcsfClass::application_lifecycle:
            out["app"] = {{"name", "vaktpostd"}, {"vendor_name", "Vaktpost"}};
            break;
        case OcsfClass::event_log_activity:
            out["log_name"] = "vaktpost";
            break;
        case OcsfClass::base_event:
        case OcsfClass::device_config_state_change:
            break;
    }
}

struct Control {
    std::string_view verdict;
    Choice action;
    Choice disposition;
};
constexpr std::array controls{
    Control{"allowed", {1, "Allowed"}, {1, "Allowed"}},
    Control{"blocked", {2, "Denied"}, {2, "Blocked"}},
    Control{"observed", {3, "Observed"}, {17, "Logged"}},
    Control{"failed", {99, "failed"}, {27, "Error"}},
};

void put_control(json::object& out, const Event& event) {
    for (const Control& control : controls) {
        if (control.verdict != verdict_of(event)) continue;
        out["action_id"] = control.action.id;
        out["action"] = control.action.name;
        out["disposition_id"] = control.disposition.id;
        out["disposition"] = control.disposition.name;
    }
}

}  // namespace

std::string ocsf_line(const Event& event) {
    const SeverityWords severity = words_of(event.severity);
    const Choice status = status_of(event);
    json::object out;
    out["time"] = event.time.time_since_epoch().count();
    put_class(out, event);
    out["severity_id"] = severity.ocsf;
    out["severity"] = severity.ocsf_name;
    out["status_id"] = status.id;
    out["status"] = status.name;
    out["message"] = event.spec->when;
    out["metadata"] = metadata_of(event);
    out["device"] = device_of(event);
    out["actor"] = {{"app_name", "vaktpostd"}};
    put_subject(out, event);
    put_control(out, event);
    if (const auto reason = reason_of(event); !reason.empty()) out["status_detail"] = reason;
    out["raw_data"] = event.text;
    out["raw_data_size"] = event.text.size();
    out["raw_data_hash"] = {
        {"algorithm_id", 3}, {"algorithm", "SHA-256"}, {"value", digest_of(event)}};
    out["unmapped"] = rest_of(event);
    return json_line(out);
}

}  // namespace vaktpost::convert
