// SPDX-License-Identifier: GPL-3.0-or-later
// The state of the machine itself: what it is stored on, and which networks it is on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/words.h"

namespace vaktpost::core {

enum class DiskUse { root, swap, data };
VAKTPOST_WORDS(DiskUse, "root", "swap", "data");

enum class PlainCause {
    no_crypt,        // a way from it to a disk meets no dm-crypt
    not_understood,  // the kernel does not say what lies below; a file system with disks of its own
    unreadable,      // the mount table could not be read
};
VAKTPOST_WORDS(PlainCause, "no_crypt", "not_understood", "unreadable");

// What the system keeps something on that is not known to be encrypted.
struct PlainDisk {
    DiskUse use = DiskUse::data;
    std::string device;  // the kernel's name, "vda1" or "dm-0"; or a file system's kind, "zfs"
    PlainCause cause = PlainCause::no_crypt;
    auto operator<=>(const PlainDisk&) const = default;
};

// How a network is reached. In the order in which one passes for the internal one where the policy
// does not say.
enum class UplinkKind { cable, wifi, modem, phone, bluetooth, other };
VAKTPOST_WORDS(UplinkKind, "cable", "wifi", "modem", "phone", "bluetooth", "other");

// A port of the machine through which it reaches a network now: it has a carrier, and a default
// route or a global address.
struct Uplink {
    std::string interface;  // the kernel's name of the port; may hold its hardware address
    UplinkKind kind = UplinkKind::other;
    std::string driver;             // the kernel's name; empty: none known
    std::vector<std::string> also;  // its bond or bridge, and further ports of that
    bool operator==(const Uplink&) const = default;
};

struct NetworkSharing {
    bool ipv4 = false;  // packets of others are passed on
    bool ipv6 = false;
    bool masquerade = false;  // the kernel has loaded what it takes to do so in its own name
    std::vector<std::string> access_points;  // Wi-Fi interfaces that others connect to
    std::vector<std::string> bridges;        // with more than one port of the machine
    bool operator==(const NetworkSharing&) const = default;
};

}  // namespace vaktpost::core
