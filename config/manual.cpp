// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/generated.h"
#include "config/key_info.h"
#include "config/rule_table.h"

namespace vaktpost::config {
namespace {

constexpr std::string_view licence = ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n";

constexpr std::string_view policy_head =
    R"(.TH VAKTPOST\-POLICY 5 "" Vaktpost "File formats"
.SH NAME
vaktpost\-policy \- the rules of the workstation agent
.SH SYNOPSIS
.I /etc/vaktpost/policy.toml
.br
.I /usr/share/vaktpost/default\-policy.toml
.SH DESCRIPTION
What locks the screen, which removable media open and which USB devices work.
The first file replaces the second where it exists; it is not added to it.
Both are TOML.
A key left out has its default.
An unknown key, a wrong word and a value out of range are errors, and a policy with an error is not taken up:
the agent keeps the one it has.
.PP
A duration is a whole number with a unit in quotes:
.BR ms ", " s ", " min ", " h " or " d ,
such as "250ms", "30s", "5min".
.PP
While the agent runs as root, it obeys only a regular file that belongs to root and that nobody else may write.
)";

constexpr std::string_view policy_tail =
    R"(.SH CHANGING THE POLICY
.nf
cp /usr/share/vaktpost/default\-policy.toml /etc/vaktpost/policy.toml
editor /etc/vaktpost/policy.toml
vaktpost policy check /etc/vaktpost/policy.toml
systemctl reload vaktpostd
.fi
.SH EXAMPLES
Nothing but keyboards, mice and one label printer:
.PP
.nf
format = 1

[usb]
default = "block"

[[usb.rule]]
id = "keyboards\-and\-mice"
interface = ["03:*:*"]
action = "allow"

[[usb.rule]]
id = "label\-printer"
interface = ["07:*:*"]
vendor = "0a5f"
product = "00d3"
action = "allow"
.fi
.PP
Vendor and product ids are what the device says about itself: they save work, but stop nobody who forges them.
.SH SEE ALSO
.BR vaktpost (1),
.BR vaktpost\-agent.toml (5),
.BR vaktpostd (8)
)";

constexpr std::string_view settings_head =
    R"(.TH VAKTPOST\-AGENT.TOML 5 "" Vaktpost "File formats"
.SH NAME
vaktpost\-agent.toml \- settings of one machine for the workstation agent
.SH SYNOPSIS
.I /etc/vaktpost/agent.toml
.SH DESCRIPTION
What holds for this machine alone; the rules stand in
.BR vaktpost\-policy (5).
The file may be missing, and may be there before the package is installed.
It is TOML.
A key left out has its default.
An unknown key, a wrong word and a value out of range are errors.
Settings never make a policy stricter.
.PP
A duration is a whole number with a unit in quotes:
.BR ms ", " s ", " min ", " h " or " d .
.PP
While the agent runs as root, it obeys only a regular file that belongs to root and that nobody else may write.
)";

constexpr std::string_view settings_tail =
    R"(.SH EXAMPLE
A ward's machine on which nothing is locked or blocked yet:
.PP
.nf
labels = ["ward"]

[mode]
session = "observe"
media = "observe"
usb = "observe"
.fi
.SH SEE ALSO
.BR vaktpost (1),
.BR vaktpost\-policy (5),
.BR vaktpostd (8)
)";

// Text as man(7) source: no character of it is a request or an escape.
std::string escaped(std::string_view text) {
    std::string result;
    if (text.starts_with('.') || text.starts_with('\'')) result += "\\&";
    for (const char c : text) {
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-";
        else
            result += c;
    }
    return result;
}

std::string entry(std::string_view key, std::string_view allowed, std::string_view help) {
    return ".TP\n.B " + escaped(key) + "\n" + escaped(help) +
           ".\n.br\nValues: " + escaped(allowed) + ".\n";
}

std::string section_text(const SectionInfo& section) {
    std::string result = section.name.empty() ? ".SH TOP LEVEL\n"
                                              : ".SH [" + escaped(section.name) + "]\n" +
                                                    escaped(section.help) + ".\n";
    for (const KeyInfo& key : section.keys)
        result += entry(key.key, key.allowed + "; default " + key.initial, key.help);
    return result;
}

// TOML as it is, line by line.
std::string example_text(std::string_view lines) {
    std::string result = ".PP\nAn example:\n.PP\n.nf\n";
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        result += escaped(lines.substr(0, end)) + "\n";
        lines.remove_prefix(end + 1);
    }
    return result + ".fi\n";
}

// A table that hangs below its section stands there as a part of it.
std::string rule_table_text(const RuleTable& table) {
    const bool part = table.name.starts_with(std::string(table.section) + ".");
    std::string result = (part ? ".SS [[" : ".SH [[") + escaped(table.name) + "]]\n";
    result += std::string(table.text) + "At most " + std::to_string(table.most) +
              " of them stand in a file.\nThe keys of each:\n";
    for (const RuleKey& key : table.keys) result += entry(key.key, key.form, key.help);
    return table.in_force ? result : result + example_text(table.example);
}

}  // namespace

std::string policy_manual() {
    std::string result(licence);
    result += policy_head;
    for (const SectionInfo& section : policy_sections()) {
        result += section_text(section);
        for (const RuleTable& table : rule_tables())
            if (table.section == section.name) result += rule_table_text(table);
    }
    return result += policy_tail;
}

std::string settings_manual() {
    std::string result(licence);
    result += settings_head;
    for (const SectionInfo& section : settings_sections()) result += section_text(section);
    return result += settings_tail;
}

}  // namespace vaktpost::config
