// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "agent/convert/escape.h"
#include "agent/convert/formats.h"

namespace vaktpost::convert {
namespace {

namespace json = boost::json;

json::array list_of(std::string_view words) {
    json::array list;
    for_each_word(words, [&](std::string_view word) { list.emplace_back(word); });
    return list;
}

// Observed: decided and recorded, so there is nothing that could have succeeded.
std::string_view outcome_of(const Event& event) {
    switch (event.outcome) {
        case core::Outcome::enforced:
            return "success";
        case core::Outcome::failed:
            return "failure";
        case core::Outcome::observed:
            break;
    }
    return "unknown";
}

json::object event_of(const Event& event) {
    json::object fields{{"kind", event.row->ecs.kind},
                        {"category", list_of(event.row->ecs.categories)},
                        {"type", list_of(event.row->ecs.types)},
                        {"action", event.spec->name},
                        {"outcome", outcome_of(event)},
                        {"severity", words_of(event.severity).ocsf},
                        {"id", uid_of(event)},
                        {"sequence", event.seq},
                        {"module", "vaktpost"},
                        {"dataset", "vaktpost.events"},
                        {"provider", "vaktpostd"},
                        {"hash", digest_of(event)},
                        {"original", event.text}};
    if (const auto reason = reason_of(event); !reason.empty()) fields["reason"] = reason;
    return fields;
}

json::object host_of(const Event& event) {
    json::object host{{"name", event.host}, {"hostname", event.host}};
    if (const auto boot = text_in(event.record, "boot_id"); !boot.empty())
        host["boot"] = {{"id", boot}};
    return host;
}

}  // namespace

std::string ecs_line(const Event& event) {
    json::object out;
    out["@timestamp"] = event.time_text;
    out["message"] = event.spec->when;
    out["ecs"] = {{"version", "9.4.0"}};
    out["event"] = event_of(event);
    out["host"] = host_of(event);
    out["log"] = {{"level", core::to_string(event.severity)}};
    if (const auto rule = text_in(event.record, "rule"); !rule.empty())
        out["rule"] = {{"name", rule}};
    if (auto labels = words_in(event.record, "labels"); !labels.empty())
        out["tags"] = std::move(labels);
    out["vaktpost"] = rest_of(event);
    return json_line(out);
}

}  // namespace vaktpost::convert
