// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/uplinks.h"

#include <linux/if.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace vaktpost::platform {
namespace {

constexpr int depth_limit = 8;  // of interfaces on top of each other

bool stands_on_lower(const Link& link) {
    // Of others that name a lower interface, tunnels only send through it, and a veth's is its
    // other end.
    static constexpr std::array<std::string_view, 6> kinds{"vlan",   "macvlan", "macvtap",
                                                           "ipvlan", "ipvtap",  "macsec"};
    return link.lower != 0 && !link.lower_elsewhere &&
           std::find(kinds.begin(), kinds.end(), link.kind) != kinds.end();
}

bool is_bridge(const Link& link) {
    return link.kind == "bridge" || link.kind == "openvswitch";
}

bool has_carrier(const Link& link) {
    constexpr std::uint32_t needed = IFF_UP | IFF_LOWER_UP;
    return (link.flags & needed) == needed;
}

class Judge {
  public:
    Judge(const NetworkTables& tables, const PortOf& port_of) : tables_(tables) {
        for (const auto& [index, link] : tables.links) {
            ports_[index] = port_of(link);
            if (link.master != 0) below_[link.master].push_back(index);
        }
    }

    core::NetworkSeen judge() {
        for (const auto& [index, link] : tables_.links) {
            const bool used =
                tables_.addressed.count(index) != 0 || tables_.routed.count(index) != 0;
            if (used && has_carrier(link)) add_uplink(index);
            if (is_bridge(link) && joins_ports(index)) seen_.sharing.bridges.push_back(link.name);
        }
        seen_.sharing.ipv4 = forwards(tables_.forwarding_ipv4);
        seen_.sharing.ipv6 = forwards(tables_.forwarding_ipv6);
        return std::move(seen_);
    }

  private:
    // Indexes of the ports that `index` stands for, in their order.
    std::set<std::uint32_t> ports_below(std::uint32_t index, int depth = 0) const {
        const auto link = tables_.links.find(index);
        if (link == tables_.links.end() || depth > depth_limit) return {};
        if (ports_.at(index).physical) return {index};
        std::set<std::uint32_t> ports;
        if (const auto below = below_.find(index); below != below_.end())
            for (const auto port : below->second) ports.merge(ports_below(port, depth + 1));
        if (stands_on_lower(link->second)) ports.merge(ports_below(link->second.lower, depth + 1));
        return ports;
    }

    void add_uplink(std::uint32_t index) {
        auto ports = ports_below(index);
        std::erase_if(ports, [&](auto port) { return !has_carrier(tables_.links.at(port)); });
        if (ports.empty()) return;
        core::Uplink& uplink = uplink_of(*ports.begin());
        ports.insert(index);
        for (const auto other : ports) {
            const auto& name = tables_.links.at(other).name;
            auto& also = uplink.also;
            if (name != uplink.interface && std::find(also.begin(), also.end(), name) == also.end())
                also.push_back(name);
        }
    }

    core::Uplink& uplink_of(std::uint32_t port) {
        const auto& name = tables_.links.at(port).name;
        const auto known =
            std::find_if(seen_.uplinks.begin(), seen_.uplinks.end(),
                         [&](const core::Uplink& uplink) { return uplink.interface == name; });
        if (known != seen_.uplinks.end()) return *known;
        return seen_.uplinks.emplace_back(
            core::Uplink{name, ports_.at(port).kind, ports_.at(port).driver, {}});
    }

    bool joins_ports(std::uint32_t bridge) const {
        const auto below = below_.find(bridge);
        return below != below_.end() &&
               std::count_if(below->second.begin(), below->second.end(),
                             [&](auto port) { return !ports_below(port, 1).empty(); }) > 1;
    }

    // The setting for all, or that of a port: what comes in there is passed on.
    bool forwards(const std::set<std::uint32_t>& forwarding) const {
        return std::any_of(forwarding.begin(), forwarding.end(), [&](std::uint32_t index) {
            const auto port = ports_.find(index);
            return index == forwards_all || (port != ports_.end() && port->second.physical);
        });
    }

    const NetworkTables& tables_;
    std::map<std::uint32_t, Port> ports_;
    std::map<std::uint32_t, std::vector<std::uint32_t>> below_;  // ports by their master
    core::NetworkSeen seen_;
};

}  // namespace

core::NetworkSeen network_of(const NetworkTables& tables, const PortOf& port_of) {
    return Judge(tables, port_of).judge();
}

}  // namespace vaktpost::platform
