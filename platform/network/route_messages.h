// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel says about interfaces, addresses and routes: rtnetlink(7).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "platform/network/netlink_bytes.h"

namespace vaktpost::platform {

struct Link {
    std::string name;
    std::string kind;              // of an interface made in software: "bridge", "vlan"; else empty
    std::uint16_t type = 0;        // ARPHRD_*
    std::uint32_t flags = 0;       // IFF_*
    std::uint32_t master = 0;      // index of the bridge or bond that it is a port of; 0: none
    std::uint32_t lower = 0;       // index of the interface it stands on or is linked to; 0: none
    bool lower_elsewhere = false;  // that index belongs to another network namespace
    bool local_address = false;    // its hardware address was made up, not given by a maker
};

struct NetworkTables {
    std::map<std::uint32_t, Link> links;  // by index
    std::set<std::uint32_t> addressed;    // indexes of interfaces with an address of global scope
    std::set<std::uint32_t> routed;       // and of those that a default route leads out of
    // Indexes of interfaces whose packets are passed on; `forwards_all`: the setting for all.
    std::set<std::uint32_t> forwarding_ipv4;
    std::set<std::uint32_t> forwarding_ipv6;
};
inline constexpr std::uint32_t forwards_all = 0xffffffff;

// Adds what one message of a table says.
void read_route_message(std::uint16_t type, NetlinkBytes payload, NetworkTables& tables);

// Whether a notification may have changed the tables above. Radio events of Wi-Fi and routes to
// single networks do not.
bool is_change(NetlinkBytes bytes);

}  // namespace vaktpost::platform
