// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/uplinks.h"

#include <linux/if.h>

#include <catch2/catch.hpp>

using namespace vaktpost::platform;
using vaktpost::core::Uplink;
using vaktpost::core::UplinkKind;
using Names = std::vector<std::string>;

namespace {

constexpr std::uint32_t up = IFF_UP | IFF_LOWER_UP;

// Interfaces whose names begin with "eth" or "wlan" are hardware.
Port by_name(const Link& link) {
    if (link.name.starts_with("eth")) return {true, UplinkKind::cable, "e1000e"};
    if (link.name.starts_with("wlan")) return {true, UplinkKind::wifi, "iwlwifi"};
    return {};
}

struct Machine {
    NetworkTables tables;

    Link& link(std::uint32_t index, const std::string& name, const std::string& kind = {}) {
        auto& link = tables.links[index];
        link.name = name;
        link.kind = kind;
        link.flags = up;
        return link;
    }
    [[nodiscard]] vaktpost::core::NetworkSeen seen() const { return network_of(tables, by_name); }
    [[nodiscard]] Names uplinks() const {
        Names names;
        for (const auto& uplink : seen().uplinks) names.push_back(uplink.interface);
        return names;
    }
};

}  // namespace

TEST_CASE("a port with a carrier and an address or a default route is an uplink") {
    Machine machine;
    machine.link(2, "eth0");
    machine.link(3, "wlan0");
    machine.link(4, "eth1");
    machine.link(5, "eth2").flags = IFF_UP;
    machine.tables.addressed = {2, 5};
    machine.tables.routed = {3};
    CHECK(machine.seen().uplinks ==
          std::vector<Uplink>{{"eth0", UplinkKind::cable, "e1000e", {}},
                              {"wlan0", UplinkKind::wifi, "iwlwifi", {}}});
}

TEST_CASE("tunnels, containers' interfaces and loopback are no uplinks") {
    Machine machine;
    machine.link(1, "lo");
    machine.link(2, "wg0", "wireguard");
    machine.link(3, "docker0", "bridge");
    machine.link(4, "veth1", "veth").master = 3;
    machine.link(5, "dummy0", "dummy");
    machine.link(6, "gre1", "gre").lower = 7;
    machine.link(7, "eth0");
    machine.tables.addressed = {1, 2, 3, 5, 6};
    machine.tables.routed = {2};
    CHECK(machine.uplinks().empty());
    CHECK(machine.seen().sharing.bridges.empty());
}

TEST_CASE("a bridge, a bond and a VLAN stand for the ports below them") {
    Machine machine;
    machine.link(2, "eth0").master = 10;
    machine.link(3, "veth1", "veth").master = 10;
    machine.link(10, "br0", "bridge");
    machine.link(4, "eth1").master = 11;
    machine.link(5, "eth2").master = 11;
    machine.link(11, "bond0", "bond");
    machine.link(12, "bond0.5", "vlan").lower = 11;
    machine.tables.addressed = {10, 12};
    CHECK(machine.seen().uplinks ==
          std::vector<Uplink>{{"eth0", UplinkKind::cable, "e1000e", {"br0"}},
                              {"eth1", UplinkKind::cable, "e1000e", {"eth2", "bond0.5"}}});
}

TEST_CASE("a bond is reached through the port that has a carrier") {
    Machine machine;
    machine.link(2, "eth0").master = 11;
    machine.link(3, "wlan0").master = 11;
    machine.link(11, "bond0", "bond");
    machine.tables.links[2].flags = IFF_UP;
    machine.tables.addressed = {11};
    CHECK(machine.uplinks() == Names{"wlan0"});
}

TEST_CASE("a port and what stands on it are one uplink") {
    Machine machine;
    machine.link(2, "eth0");
    machine.link(3, "vlan5", "vlan").lower = 2;
    machine.tables.addressed = {2, 3};
    CHECK(machine.seen().uplinks.size() == 1);
}

TEST_CASE("an interface on a port in another namespace has none here") {
    Machine machine;
    machine.link(2, "eth0");
    machine.link(3, "mv0", "macvlan").lower = 2;
    machine.tables.links[3].lower_elsewhere = true;
    machine.tables.addressed = {3};
    CHECK(machine.uplinks().empty());
}

TEST_CASE("interfaces that stand on each other in a circle end nowhere") {
    Machine machine;
    machine.link(2, "a", "vlan").lower = 3;
    machine.link(3, "b", "vlan").lower = 2;
    machine.tables.addressed = {2, 3};
    CHECK(machine.uplinks().empty());
}

TEST_CASE("a bridge between two ports shares the network, one with containers does not") {
    Machine machine;
    machine.link(2, "eth0").master = 10;
    machine.link(3, "wlan0").master = 10;
    machine.link(10, "br0", "bridge");
    machine.link(4, "eth1").master = 11;
    machine.link(5, "veth1", "veth").master = 11;
    machine.link(11, "br1", "bridge");
    CHECK(machine.seen().sharing.bridges == Names{"br0"});
}

TEST_CASE("forwarding counts for all interfaces and for ports, not for containers' alone") {
    Machine machine;
    machine.link(2, "eth0");
    machine.link(3, "docker0", "bridge");
    machine.tables.forwarding_ipv4 = {3};
    CHECK_FALSE(machine.seen().sharing.ipv4);
    machine.tables.forwarding_ipv4 = {forwards_all};
    machine.tables.forwarding_ipv6 = {2};
    CHECK(machine.seen().sharing.ipv4);
    CHECK(machine.seen().sharing.ipv6);
}
