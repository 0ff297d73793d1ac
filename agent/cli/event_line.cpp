// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/event_line.h"

#include "agent/cli/json_text.h"
#include "agent/cli/output.h"
#include "agent/core/record.h"

namespace vaktpost::cli {
namespace {

constexpr std::size_t severity_width = 7;  // "warning"
constexpr std::size_t type_width = 24;     // "session.lock_unconfirmed"

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

Colour colour_of(const std::string& severity) {
    if (severity == "urgent") return Colour::red;
    return severity == "warning" ? Colour::yellow : Colour::none;
}

std::string cause_text(const boost::json::object& record) {
    const auto cause = cause_of(record);
    return cause ? " because=" + core::short_code(*cause) : std::string();
}

std::string word_text(const boost::json::object& record, const char* key,
                      std::string_view usual = {}) {
    const std::string word = text_in(record, key);
    return word == usual ? std::string() : " " + std::string(key) + "=" + as_word(word);
}

std::string session_text(const boost::json::object& record) {
    const auto& session = object_in(record, "session");
    if (session.empty()) return {};
    const std::string id = text_in(session, "id");
    return " session=" + (id.empty() ? std::string() : as_word(id) + ":") +
           as_word(text_in(session, "class"));
}

}  // namespace

std::string event_line(const boost::json::object& record) {
    const std::string severity = text_in(record, "severity");
    std::string line = as_word(text_in(record, "time")) + "  ";
    line += in_colour(padded(as_word(severity), severity_width), colour_of(severity)) + "  ";
    line += padded(as_word(text_in(record, "type")), type_width) + "  " +
            as_word(text_in(record, "code"));
    line += cause_text(record) + word_text(record, "outcome", "enforced") +
            word_text(record, "rule") + session_text(record);
    const std::string fields = fields_text(object_in(record, "data"));
    return fields.empty() ? line : line + " " + fields;
}

}  // namespace vaktpost::cli
