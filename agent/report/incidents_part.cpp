// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>

#include "agent/convert/mapping.h"
#include "agent/report/parts.h"
#include "agent/report/shown.h"

namespace vaktpost::report {
namespace {

// The choices of a filter: what is hostile gets a number, which is all that the script sees.
class Choices {
  public:
    const std::string& number_of(const std::string& text) {
        return numbers_.try_emplace(text, std::to_string(numbers_.size())).first->second;
    }

    [[nodiscard]] std::string options() const {
        std::string html;
        for (const auto& [text, number] : numbers_)
            html += "<option value=\"" + number + "\">" + shown(text, 60) + "</option>";
        return html;
    }

  private:
    std::map<std::string, std::string> numbers_;
};

constexpr const char* no_label = "(no label)";

std::string kind_of(const Incident& incident) {
    for (const core::EventSpec& spec : core::catalogue())
        if (spec.name == incident.type)
            if (const convert::Row* row = convert::row_of(spec.type))
                return std::string(row->title);
    return incident.type;
}

std::string severity_of(core::Severity severity) {
    const std::string word(to_string(severity));
    const char* mark = severity == core::Severity::urgent ? "✗" : "!";
    return "<span class=\"severity " + word + "\"><span class=\"mark\" aria-hidden=\"true\">" +
           mark + "</span> " + word + "</span>";
}

std::string fields_of(const Incident& incident) {
    std::string html;
    if (incident.outcome != "enforced")
        html += "<span><b>outcome</b> <bdi>" + shown(incident.outcome) + "</bdi></span> ";
    for (const auto& [key, text] : incident.fields)
        html += "<span><b>" + key + "</b> <bdi>" + shown(text) + "</bdi></span> ";
    return html;
}

std::string wards_of(const Incident& incident, Choices& wards) {
    if (incident.labels.empty()) return wards.number_of(no_label);
    std::string numbers;
    for (const std::string& label : incident.labels) {
        if (!numbers.empty()) numbers += ' ';
        numbers += wards.number_of(label);
    }
    return numbers;
}

std::string row_of(const Incident& incident, Choices& kinds, Choices& wards) {
    const std::string severity(to_string(incident.severity));
    const std::string kind = kind_of(incident);
    return "<tr data-kind=\"" + kinds.number_of(kind) + "\" data-ward=\"" +
           wards_of(incident, wards) + "\" data-severity=\"" + severity + "\"><td>" +
           shown_time(incident.time) + "</td>" + cell(severity_of(incident.severity)) +
           "<th scope=\"row\">" + shown(kind) + "</th>" + cell(shown(incident.host)) +
           cell(shown_labels(incident.labels)) + cell(fields_of(incident)) +
           cell(verify::to_text(incident.position)) + "</tr>\n";
}

}  // namespace

void add_incidents(const Content& content, Parts& parts) {
    Choices kinds;
    Choices wards;
    const auto incidents = content.gathered.incidents();
    for (const Incident& incident : incidents) parts["incidents"] += row_of(incident, kinds, wards);
    parts["kinds"] = kinds.options();
    parts["wards"] = wards.options();
    const std::uint64_t all = content.gathered.incident_count();
    parts["incident_words"] =
        all == 0 ? "No record of the period is a warning or urgent."
                 : counted(all, "record", "records") + " of the period " +
                       (all == 1 ? "is a warning or urgent." : "are warnings or urgent.");
    if (all == 0) parts["incidents_hidden"] = "hidden";
    if (all > incidents.size())
        parts["incident_words"] += " <strong>Listed are " + std::to_string(incidents.size()) +
                                   ": urgent ones first, then the newest. The other " +
                                   std::to_string(all - incidents.size()) +
                                   " are left out here, and counted below.</strong>";
}

}  // namespace vaktpost::report
