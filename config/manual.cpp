// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/generated.h"
#include "config/key_info.h"
#include "config/policy_file.h"
#include "config/usb_rules.h"

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

constexpr std::string_view rules_text =
    R"(Each
.B [[usb.rule]]
names interfaces and says what becomes of them.
Rules are tried from the first to the last; the first that meets an interface decides, and the key
.B default
decides where none does.
Storage that no rule blocks goes on to the examination and to
.BR [media] :
no rule opens it.
The last keyboard and card readers are never taken away.
A rule's keys:
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

std::string usb_rules_text() {
    std::string result = ".SS [[usb.rule]]\n" + std::string(rules_text);
    for (const UsbRuleKey& key : usb_rule::keys) result += entry(key.key, key.form, key.help);
    return result;
}

}  // namespace

std::string policy_manual() {
    std::string result(licence);
    result += policy_head;
    for (const SectionInfo& section : policy_sections()) {
        result += section_text(section);
        if (section.name == policy_file::rules_section) result += usb_rules_text();
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
