// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "agent/core/policy.h"
#include "config/table_reader.h"

namespace vaktpost::config {

struct UsbRuleKey {
    std::string_view key;
    std::string_view form;
    std::string_view help;
};

// The keys of one [[usb.rule]], for the parser and the manual page. `form` completes "… must be".
namespace usb_rule {
inline constexpr UsbRuleKey id{"id", "1 to 64 of a-z, 0-9 and \"-\"",
                               "names the rule in events; unique in the file"};
inline constexpr UsbRuleKey interface {
    "interface", "a list of texts \"CC:SS:PP\", each part two hex digits or \"*\"",
        "class, subclass and protocol of an interface; it is met when any of its alternate "
        "settings matches any of them; "
        "left out: every interface"
};
inline constexpr UsbRuleKey vendor{"vendor", "four hex digits in quotes", "the device's vendor id"};
inline constexpr UsbRuleKey product{"product", "four hex digits in quotes",
                                    "the device's product id; needs vendor"};
inline constexpr UsbRuleKey action{"action", "\"allow\" or \"block\"",
                                   "what becomes of the interface"};
inline constexpr std::array keys{id, interface, vendor, product, action};
}  // namespace usb_rule

// Reads every [[usb.rule]] of the table [usb].
void read_usb_rules(TableReader& usb, std::vector<core::UsbRule>& rules);

}  // namespace vaktpost::config
