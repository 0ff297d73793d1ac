// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/report/page.h"

#include <nettle/base64.h>

#include "agent/report/page_files.h"
#include "agent/report/parts.h"
#include "agent/report/shown.h"

namespace vaktpost::report {
namespace {

// As a content security policy names a script or style that may be used.
std::string source_hash(std::string_view text) {
    const events::Digest digest = events::digest_of(text);
    std::string encoded(BASE64_ENCODE_RAW_LENGTH(sizeof(events::Digest)), '\0');
    base64_encode_raw(encoded.data(), digest.size(), digest.data());
    return "'sha256-" + encoded + "'";
}

// How the centre is reached may hold a password.
std::string sources_of(const std::vector<std::string>& sources) {
    std::string html;
    for (const std::string& source : sources)
        html += verify::is_centre(source) ? "<li>the centre</li>"
                                          : "<li><code>" + shown(source) + "</code></li>";
    return html;
}

}  // namespace

std::string counted(std::uint64_t count, std::string_view one, std::string_view several) {
    return std::to_string(count) + " " + std::string(count == 1 ? one : several);
}

std::string cell(const std::string& html) {
    return "<td>" + html + "</td>";
}

std::string number_cell(std::uint64_t count) {
    return "<td class=\"number\">" + std::to_string(count) + "</td>";
}

std::string shown_labels(const std::vector<std::string>& labels) {
    std::string html;
    for (const std::string& label : labels)
        html += (html.empty() ? "" : ", ") + ("<bdi>" + shown(label) + "</bdi>");
    return html.empty() ? "–" : html;
}

std::string page_of(const Content& content) {
    const Period& period = content.gathered.period();
    Parts parts;
    add_hosts(content, parts);
    add_incidents(content, parts);
    add_days(content, parts);
    parts["from"] = shown_time(period.from);
    parts["to"] = shown_time(period.to);
    parts["first_day"] = period.day_text(0);
    parts["last_day"] = period.day_text(period.days() - 1);
    parts["made"] = shown_time(content.made);
    parts["version"] = VAKTPOST_VERSION;
    parts["records"] = std::to_string(content.verdicts.records);
    parts["sources"] = sources_of(content.sources);
    parts["style"] = page_css;
    parts["script"] = page_js;
    parts["style_hash"] = source_hash(page_css);
    parts["script_hash"] = source_hash(page_js);
    return fill(page_html, parts);
}

}  // namespace vaktpost::report
