// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "agent/convert/escape.h"
#include "agent/convert/formats.h"

namespace vaktpost::convert {
namespace {

// Longest values of the dictionary's keys, in characters; we cut at as many bytes.
constexpr std::size_t short_limit = 40;     // externalId, rt
constexpr std::size_t action_limit = 63;    // act, outcome
constexpr std::size_t host_limit = 100;     // dvchost
constexpr std::size_t text_limit = 1023;    // reason, msg, cat
constexpr std::size_t custom_limit = 4000;  // cs1 to cs6

void put(std::string& extension, std::string_view key, std::string_view value, std::size_t limit) {
    if (value.empty()) return;
    if (!extension.empty()) extension += ' ';
    ((extension += key) += '=') += cef_value(cut(value, limit));
}

// One of the six free texts, with its label.
void put_custom(std::string& extension, std::string_view key, std::string_view label,
                std::string_view value) {
    if (value.empty()) return;
    put(extension, key, value, custom_limit);
    put(extension, std::string(key) + "Label", label, text_limit);
}

std::string_view outcome_of(const Event& event) {
    switch (event.outcome) {
        case core::Outcome::enforced:
            return "success";
        case core::Outcome::failed:
            return "failure";
        case core::Outcome::observed:
            break;
    }
    return "observed";
}

// The version is that of the records' form: they do not say which agent wrote them.
std::string header_of(const Event& event) {
    return "CEF:0|Vaktpost|Agent|1|" + cef_header(event.spec->name) + '|' +
           cef_header(event.row->title) + '|' + std::to_string(words_of(event.severity).cef) + '|';
}

}  // namespace

std::string cef_line(const Event& event) {
    std::string extension;
    put(extension, "rt", std::to_string(event.time.time_since_epoch().count()), short_limit);
    put(extension, "dvchost", event.host, host_limit);
    put(extension, "externalId", std::to_string(event.epoch) + '/' + std::to_string(event.seq),
        short_limit);
    put(extension, "cat", event.row->category, text_limit);
    put(extension, "act", verdict_of(event), action_limit);
    put(extension, "outcome", outcome_of(event), action_limit);
    put(extension, "reason", reason_of(event), text_limit);
    put(extension, "msg", event.spec->when, text_limit);
    put_custom(extension, "cs1", "rule", text_in(event.record, "rule"));
    put_custom(extension, "cs2", "subject", subject_of(event));
    put_custom(extension, "cs3", "seat", text_in(event.record, "seat"));
    put_custom(extension, "cs4", "sessionClass",
               text_in(object_in(event.record, "session"), "class"));
    put_custom(extension, "cs5", "policySha256",
               text_in(object_in(event.record, "policy"), "sha256"));
    put_custom(extension, "cs6", "recordSha256", digest_of(event));
    put(extension, "VaktpostAgentRecord", event.text, event.text.size());
    return header_of(event) + extension;
}

}  // namespace vaktpost::convert
