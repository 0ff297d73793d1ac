// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/convert/escape.h"
#include "agent/convert/formats.h"

namespace vaktpost::convert {
namespace {

constexpr int facility = 10;  // security and authorization messages, RFC 5424

std::string attribute(std::string_view name, std::string_view value) {
    return ' ' + std::string(name) + "=\"" + xml_text(value) + '"';
}

// A coded value as an empty element.
std::string coded(std::string_view element, std::string_view code, std::string_view system,
                  std::string_view meaning) {
    return '<' + std::string(element) + attribute("csd-code", code) +
           attribute("codeSystemName", system) + attribute("originalText", meaning) + "/>";
}

std::string dicom_coded(std::string_view element, const DicomCode& code) {
    return coded(element, code.code, "DCM", code.meaning);
}

bool is_alert(const Event& event) {
    return event.row->atna.event.code == dicom::security_alert.code;
}

// Of an alert PS3.15 wants to know whether what was done about it helped: 0 it only informs, 4 and
// 8 it helped, 12 it may not have. Of all else: 0 it came about, 8 it did not.
std::string_view outcome_of(const Event& event) {
    const bool failed = event.outcome == core::Outcome::failed;
    if (!is_alert(event)) return failed ? "8" : "0";
    if (failed) return "12";
    if (event.severity < core::Severity::warning) return "0";
    if (event.outcome == core::Outcome::observed) return "12";
    return event.severity == core::Severity::warning ? "4" : "8";
}

std::string identification(const Event& event) {
    std::string xml = "<EventIdentification EventActionCode=\"E\"";
    xml += attribute("EventDateTime", event.time_text);
    xml += attribute("EventOutcomeIndicator", outcome_of(event)) + '>';
    xml += dicom_coded("EventID", event.row->atna.event);
    if (!event.row->atna.type.code.empty())
        xml += dicom_coded("EventTypeCode", event.row->atna.type);
    xml += coded("EventTypeCode", event.spec->name, "Vaktpost", event.row->title);
    if (const auto reason = reason_of(event); !reason.empty())
        xml += "<EventOutcomeDescription>" + xml_text(reason) + "</EventOutcomeDescription>";
    return xml + "</EventIdentification>";
}

std::string at_host(const Event& event) {
    return attribute("NetworkAccessPointID", event.host) + " NetworkAccessPointTypeCode=\"1\"";
}

// Whoever a session belongs to; a record names no person.
std::string person(const Event& event) {
    std::string xml = "<ActiveParticipant UserID=\"not recorded\"";
    if (const auto id = text_in(object_in(event.record, "session"), "id"); !id.empty())
        xml += attribute("AlternativeUserID", "session " + std::string(id));
    return xml + " UserIsRequestor=\"false\"" + at_host(event) + "/>";
}

std::string agent(const Event& event) {
    return "<ActiveParticipant UserID=\"vaktpostd\" UserIsRequestor=\"false\"" + at_host(event) +
           '>' + coded("RoleIDCode", "110150", "DCM", "Application") + "</ActiveParticipant>";
}

std::string source(const Event& event) {
    return "<AuditSourceIdentification" + attribute("AuditSourceID", event.host) +
           "><AuditSourceTypeCode csd-code=\"1\"/></AuditSourceIdentification>";
}

std::string detail(std::string_view type, std::string_view value) {
    return "<ParticipantObjectDetail" + attribute("type", type) +
           attribute("value", base64(value)) + "/>";
}

// The workstation, and what it said: the record itself in base64, which keeps its every byte.
std::string object(const Event& event) {
    std::string xml = "<ParticipantObjectIdentification";
    xml += attribute("ParticipantObjectID", event.host);
    xml += " ParticipantObjectTypeCode=\"2\" ParticipantObjectTypeCodeRole=\"13\">";
    xml += coded("ParticipantObjectIDTypeCode", "110182", "DCM", "Node ID");
    xml += "<ParticipantObjectName>" + xml_text(uid_of(event)) + "</ParticipantObjectName>";
    xml += detail("Alert Description", event.spec->when);
    if (const auto subject = subject_of(event); !subject.empty()) xml += detail("subject", subject);
    xml += detail("record", event.text);
    return xml + "</ParticipantObjectIdentification>";
}

// HOSTNAME of RFC 5424: printable ASCII without blanks.
std::string syslog_host(const Event& event) {
    std::string host = event.host;
    for (char& c : host)
        if (c <= ' ' || c > '~') c = '?';
    return host;
}

}  // namespace

std::string atna_line(const Event& event) {
    std::string xml = "<AuditMessage>" + identification(event);
    if (event.row->atna.event.code == dicom::user_authentication.code) xml += person(event);
    return xml + agent(event) + source(event) + object(event) + "</AuditMessage>";
}

// PS3.15 A.6 knows two severities: 4, warning, and 5 for all else.
std::string atna_syslog_line(const Event& event) {
    const int severity = event.severity < core::Severity::warning ? 5 : 4;
    return '<' + std::to_string(facility * 8 + severity) + ">1 " + event.time_text + ' ' +
           syslog_host(event) + " vaktpost - IHE+RFC-3881 - " + atna_line(event);
}

}  // namespace vaktpost::convert
