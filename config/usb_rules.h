// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "agent/core/policy.h"
#include "config/rule_table.h"

namespace vaktpost::config {

// One [[usb.rule]].
namespace usb_rule {
inline constexpr RuleKey interface {
    "interface", "a list of texts \"CC:SS:PP\", each part two hex digits or \"*\"",
        "class, subclass and protocol of an interface; it is met when any of its alternate "
        "settings matches any of them; "
        "left out: every interface"
};
inline constexpr RuleKey vendor{"vendor", "four hex digits in quotes", "the device's vendor id"};
inline constexpr RuleKey product{"product", "four hex digits in quotes",
                                 "the device's product id; needs vendor"};
inline constexpr RuleKey action{"action", "\"allow\" or \"block\"",
                                "what becomes of the interface"};
inline constexpr std::array keys{rule_id, interface, vendor, product, action};

inline constexpr std::string_view text =
    R"(Each
.B [[usb.rule]]
names interfaces and says what becomes of them.
Rules are tried from the first to the last; the first that meets an interface decides, and the key
.B default
of
.B [usb]
decides where none does.
Storage that no rule blocks goes on to the examination and to
.BR [media] :
no rule opens it.
The last keyboard and card readers are never taken away.
)";
inline constexpr std::string_view example =
    R"(# Rules are tried from the first to the last; the first that meets an interface decides. This one keeps keyboards and
# mice at work where "default" above becomes "block".
[[usb.rule]]
id = "keyboards-and-mice"
interface = ["03:*:*"]
action = "allow"
)";
// Every interface is held against every rule.
inline constexpr RuleTable table{"usb.rule", "usb", text, keys, example, true, 1000};
}  // namespace usb_rule

// Reads every [[usb.rule]] of the table [usb].
void read_usb_rules(TableReader& usb, std::vector<core::UsbRule>& rules);

}  // namespace vaktpost::config
