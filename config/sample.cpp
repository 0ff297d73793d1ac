// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/generated.h"
#include "config/key_info.h"
#include "config/rule_table.h"

namespace vaktpost::config {
namespace {

constexpr std::size_t width = 118;

constexpr std::string_view policy_head =
    R"(# SPDX-License-Identifier: GPL-3.0-or-later
# Vaktpost's default policy; vaktpost-policy(5) explains it. To change it, copy it to /etc/vaktpost/policy.toml, which
# then replaces it as a whole; check the copy with "vaktpost policy check FILE" and take it up with
# "systemctl reload vaktpostd". A key left out has its default.
)";

constexpr std::string_view settings_head =
    R"(# SPDX-License-Identifier: GPL-3.0-or-later
# Settings of this machine alone: /etc/vaktpost/agent.toml; vaktpost-agent.toml(5) explains them. Rules belong in the
# policy, not here. Each key stands here with its default, commented out.
)";

// The text as comment lines.
std::string comment(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        std::size_t end = text.size();
        if (end + 2 > width) end = text.rfind(' ', width - 2);
        if (end == std::string_view::npos) end = text.size();
        result += "# " + std::string(text.substr(0, end)) + "\n";
        text.remove_prefix(end == text.size() ? end : end + 1);
    }
    return result;
}

std::string key_text(const KeyInfo& info, std::string_view mark) {
    return comment(info.help) + comment("Values: " + info.allowed + "; default " + info.initial) +
           std::string(mark) + std::string(info.key) + " = " + info.initial + "\n";
}

std::string section_text(const SectionInfo& section, std::string_view mark) {
    std::string result;
    if (!section.name.empty())
        result += "\n" + comment(section.help) + "[" + std::string(section.name) + "]\n";
    bool first = !section.name.empty();
    for (const KeyInfo& key : section.keys) {
        if (!first) result += "\n";
        first = false;
        result += key_text(key, mark);
    }
    return result;
}

std::string commented_out(std::string_view lines) {
    std::string result;
    bool line_begins = true;
    for (const char c : lines) {
        if (line_begins) result += '#';
        line_begins = c == '\n';
        result += c;
    }
    return result;
}

std::string example_text(const RuleTable& table) {
    if (table.in_force) return "\n" + std::string(table.example);
    return "\n# An example of [[" + std::string(table.name) + "]]:\n" +
           commented_out(table.example);
}

}  // namespace

std::string default_policy_toml() {
    std::string result(policy_head);
    for (const SectionInfo& section : policy_sections()) {
        result += section_text(section, "");
        for (const RuleTable& table : rule_tables())
            if (table.section == section.name) result += example_text(table);
    }
    return result;
}

std::string settings_sample_toml() {
    std::string result(settings_head);
    for (const SectionInfo& section : settings_sections()) result += section_text(section, "#");
    return result;
}

}  // namespace vaktpost::config
