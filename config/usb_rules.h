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
inline constexpr std::string_view class_patterns =
    "a list of at most 32 texts \"CC:SS:PP\", each part two hex digits or \"*\"";

inline constexpr RuleKey interface {
    "interface", class_patterns,
        "class, subclass and protocol of an interface; it is met when any of its alternate "
        "settings matches any of them; "
        "left out: every interface"
};
inline constexpr RuleKey device_all_of{
    "device_all_of", class_patterns,
    "the device as a whole has, for each of them, an interface that matches it; whether the "
    "interface in question is one of these does not matter"};
inline constexpr RuleKey device_one_of{
    "device_one_of", class_patterns,
    "the device as a whole has an interface that matches any of them"};
inline constexpr RuleKey device_equals{
    "device_equals", class_patterns,
    "the interfaces of the device, one pattern for each, and no others: all alternate settings of "
    "an interface match its pattern"};
inline constexpr RuleKey vendor{"vendor", "four hex digits in quotes", "the device's vendor id"};
inline constexpr RuleKey product{"product", "four hex digits in quotes",
                                 "the device's product id; needs vendor"};
inline constexpr RuleKey serial{
    "serial", "1 to 126 printable ASCII characters",
    "the device's serial number as it is printed on the device or shown by lsusb; needs vendor "
    "and product. Events and the agent's answers never hold it, only its tag"};
inline constexpr RuleKey serial_tag{
    "serial_tag", "16 hex digits in lower case",
    "the same as the tag that \"vaktpost devices\" shows, which is another one on each machine"};
inline constexpr RuleKey descriptors{
    "descriptors", "64 hex digits in lower case",
    "SHA-256 over all descriptors of the device, as \"vaktpost devices\" shows it"};
inline constexpr RuleKey port{
    "port", "a list of at most 32 patterns of digits, \"-\", \".\" and \"*\"",
    "where the device is plugged in, by the kernel's name of the port, such as \"1-2.*\" for "
    "everything behind the hub at 1-2; * stands for any characters"};
inline constexpr RuleKey connect_type{
    "connect_type",
    "a list of \"hotplug\", \"hardwired\", \"not used\" and \"unknown\", each at most once",
    "how the port is built, as the machine's firmware told the kernel; a port of an external hub "
    "is unknown"};
inline constexpr RuleKey user{
    "user", "a list of at most 32 patterns of 1 to 128 printable ASCII characters",
    "the account whose session is in front on seat0; * stands for any characters"};
inline constexpr RuleKey group{
    "group", "a list of at most 32 patterns of 1 to 128 printable ASCII characters",
    "any of that account's groups in /etc/group, likewise"};
inline constexpr RuleKey screen{
    "screen", "\"open\" or \"locked\"",
    "the state of seat0: open while the session in front is unlocked, locked otherwise, also "
    "where nobody is logged in. Devices present are judged anew when it changes"};
inline constexpr RuleKey time{
    "time", "a list of at most 32 texts such as \"mon-fri 07:00-16:00\" or \"22:00-06:00\"",
    "when the rule holds, in local time; days are mon, tue, wed, thu, fri, sat, sun, with commas "
    "and ranges, every day where none is named; what runs past midnight belongs to the day it "
    "begins on. Devices present are judged anew when it begins and ends"};
inline constexpr RuleKey until{
    "until", "a time with its offset, without quotes, such as 2027-02-20T00:00:00Z",
    "an exception: the rule holds until then; needs unit"};
inline constexpr RuleKey unit{"unit", "1 to 64 of a-z, 0-9, \"-\" and \"_\"",
                              "who answers for the exception; never a person's name"};
inline constexpr RuleKey hardware_encrypted{
    "hardware_encrypted", "true or false",
    "the device encrypts by itself: its media are admitted though they look plain, and recorded as "
    "\"hardware\"; needs vendor, product and a serial number"};
inline constexpr RuleKey action{
    "action", "\"allow\", \"block\", \"read_only\" or \"audit\"",
    "what becomes of the interface. read_only meets storage alone: what may not be written to may "
    "be read; audit: allow, and say so in the event"};
inline constexpr std::array keys{
    rule_id, interface,  device_all_of, device_one_of, device_equals,      vendor, product,
    serial,  serial_tag, descriptors,   port,          connect_type,       user,   group,
    screen,  time,       until,         unit,          hardware_encrypted, action};

inline constexpr std::string_view text =
    R"(Each
.B [[usb.rule]]
names interfaces and says what becomes of them.
A rule meets an interface when everything holds that it names: one of each list, all of its keys.
Rules are tried from the first to the last; the first that meets an interface decides, and the key
.B default
of
.B [usb]
decides where none does.
Interfaces are judged one by one, so a rule with
.B interface
may take the keyboard of a composite device and leave the rest; the keys that begin with
.B device_
look at the device as a whole and meet all of its interfaces or none.
Storage that no rule blocks goes on to the examination and to
.BR [media] :
no rule opens it, except one with
.B hardware_encrypted
or, to be read alone, with the action
.BR read_only .
What an operator allows with
.B vaktpost allow
lets in what the rules block, and no more than that.
The last keyboard, card readers, hubs and the system's own disks are never taken away.
.PP
Whether a keyboard is new is asked after the rules
.RB ( new_keyboards ,
and nothing new types at a locked screen), unless a rule lets it in that names
.BR vendor ", " product ", " serial ", " descriptors " or " port .
.PP
What a rule knows of a device is what the device says of itself, except for
.BR port " and " connect_type :
vendor, product, serial number and descriptors can be forged.
)";
inline constexpr std::string_view example =
    R"(# Rules are tried from the first to the last; the first that meets an interface decides. This one keeps keyboards and
# mice at work where "default" above becomes "block".
[[usb.rule]]
id = "keyboards-and-mice"
interface = ["03:*:*"]
action = "allow"
)";
inline constexpr RuleTable table{"usb.rule", "usb", text, keys, example, true, 20000};
}  // namespace usb_rule

// Reads every [[usb.rule]] of the table [usb].
void read_usb_rules(TableReader& usb, core::UsbRules& rules);

}  // namespace vaktpost::config
