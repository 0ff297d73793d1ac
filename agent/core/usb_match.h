// SPDX-License-Identifier: GPL-3.0-or-later
// Holds a rule about USB devices against a device: what decides, and what explains.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/usb_policy.h"

namespace vaktpost::core {

// What a rule may ask beyond the device itself.
struct Surroundings {
    bool known = false;  // the sessions have been told, or cannot be
    bool lost = false;   // they cannot be: what blocks by them blocks
    ScreenState screen = ScreenState::locked;
    bool occupied = false;    // somebody's session is in front
    bool desktop = false;     // likewise a desktop, so that something can be shown there
    bool udev_asked = false;  // in front is what hears the input devices that udev tells of
    std::string user;         // of the session in front; empty: nobody's
    std::vector<std::string> groups;
    std::optional<WallTime> utc;  // none: not told yet, no time has come and none has passed
    std::chrono::milliseconds of_week{};
};

// What a rule can ask, by the names of its keys.
enum class RuleTest {
    until,
    vendor,
    product,
    serial,
    descriptors,
    interface,
    storage,  // read_only meets storage alone
    device_all_of,
    device_one_of,
    device_equals,
    port,
    connect_type,
    user,
    group,
    screen,
    time,
};
VAKTPOST_WORDS(RuleTest, "until", "vendor", "product", "serial", "descriptors", "interface",
               "storage", "device_all_of", "device_one_of", "device_equals", "port", "connect_type",
               "user", "group", "screen", "time");

bool meets(const UsbRule& rule, const UsbDevice& device, const UsbInterface& interface,
           const Surroundings& around);

// Every test of the rule that fails; none: it meets the interface.
std::vector<RuleTest> failed_tests(const UsbRule& rule, const UsbDevice& device,
                                   const UsbInterface& interface, const Surroundings& around);

bool is_storage(const UsbInterface& interface);

// The rule knows the device, or where it is plugged in, and not only what kind of thing it is.
bool names_device(const UsbRule& rule);

}  // namespace vaktpost::core
