// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "agent/core/events.h"
#include "platform/network/route_messages.h"

namespace vaktpost::platform {

// What stands behind an interface, as far as the machine tells.
struct Port {
    bool physical = false;  // hardware, or a dialled-up line: not made of other interfaces
    core::UplinkKind kind = core::UplinkKind::other;
    std::string driver;
};
using PortOf = std::function<Port(const Link&)>;

// The ports through which the machine reaches a network, and what of its sharing the tables tell.
// Tunnels, containers' interfaces and loopback are no ports; a bridge, a bond or a VLAN stands for
// the ports below it, several ports of one of these are one uplink.
core::NetworkSeen network_of(const NetworkTables& tables, const PortOf& port_of);

}  // namespace vaktpost::platform
