// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/route_messages.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace vaktpost::platform {
namespace {

static_assert(static_cast<std::uint32_t>(NETCONFA_IFINDEX_ALL) == forwards_all);

void read_link(NetlinkBytes payload, NetworkTables& tables) {
    const auto info = structure_at<ifinfomsg>(payload);
    if (!info || info->ifi_index <= 0) return;
    Link link;
    link.type = info->ifi_type;
    link.flags = info->ifi_flags;
    each_attribute(attributes_behind<ifinfomsg>(payload),
                   [&](std::uint16_t type, NetlinkBytes value) {
                       switch (type) {
                           case IFLA_IFNAME:
                               link.name = text_of(value);
                               break;
                           case IFLA_MASTER:
                               link.master = number_of(value);
                               break;
                           case IFLA_LINK:
                               link.lower = number_of(value);
                               break;
                           case IFLA_LINK_NETNSID:
                               link.lower_elsewhere = true;
                               break;
                           case IFLA_ADDRESS:
                               // IEEE 802: the second bit of the first byte.
                               link.local_address = value.size() == 6 && (value[0] & 2U) != 0;
                               break;
                           case IFLA_LINKINFO:
                               each_attribute(value, [&](std::uint16_t inner, NetlinkBytes text) {
                                   if (inner == IFLA_INFO_KIND) link.kind = text_of(text);
                               });
                               break;
                           default:
                               break;
                       }
                   });
    if (!link.name.empty())
        tables.links[static_cast<std::uint32_t>(info->ifi_index)] = std::move(link);
}

// 169.254/16 is what a machine gives itself where nobody answers; the kernel does not scope it.
bool is_link_local(std::uint8_t family, NetlinkBytes address) {
    return family == AF_INET && address.size() == 4 && address[0] == 169 && address[1] == 254;
}

void read_address(NetlinkBytes payload, NetworkTables& tables) {
    const auto info = structure_at<ifaddrmsg>(payload);
    if (!info || info->ifa_scope != RT_SCOPE_UNIVERSE) return;
    bool global = false;
    each_attribute(attributes_behind<ifaddrmsg>(payload),
                   [&](std::uint16_t type, NetlinkBytes value) {
                       if (type == IFA_ADDRESS || type == IFA_LOCAL)
                           global = !is_link_local(info->ifa_family, value);
                   });
    if (global) tables.addressed.insert(info->ifa_index);
}

bool is_default_route(const rtmsg& route) {
    return route.rtm_dst_len == 0 && route.rtm_type == RTN_UNICAST &&
           (route.rtm_flags & RTM_F_CLONED) == 0 &&
           (route.rtm_family == AF_INET || route.rtm_family == AF_INET6);
}

// A route over several interfaces at once lists them one after the other.
void read_next_hops(NetlinkBytes value, std::set<std::uint32_t>& routed) {
    while (const auto hop = structure_at<rtnexthop>(value)) {
        if (hop->rtnh_len < sizeof(rtnexthop) || hop->rtnh_len > value.size()) return;
        routed.insert(static_cast<std::uint32_t>(hop->rtnh_ifindex));
        value = netlink_detail::behind(value, hop->rtnh_len);
    }
}

void read_route(NetlinkBytes payload, NetworkTables& tables) {
    const auto route = structure_at<rtmsg>(payload);
    if (!route || !is_default_route(*route)) return;
    each_attribute(attributes_behind<rtmsg>(payload), [&](std::uint16_t type, NetlinkBytes value) {
        if (type == RTA_OIF) tables.routed.insert(number_of(value));
        if (type == RTA_MULTIPATH) read_next_hops(value, tables.routed);
    });
}

void read_netconf(NetlinkBytes payload, NetworkTables& tables) {
    const auto info = structure_at<netconfmsg>(payload);
    if (!info || (info->ncm_family != AF_INET && info->ncm_family != AF_INET6)) return;
    std::uint32_t index = 0;
    bool on = false;
    each_attribute(attributes_behind<netconfmsg>(payload),
                   [&](std::uint16_t type, NetlinkBytes value) {
                       if (type == NETCONFA_IFINDEX) index = number_of(value);
                       if (type == NETCONFA_FORWARDING) on = number_of(value) != 0;
                   });
    auto& forwarding =
        info->ncm_family == AF_INET ? tables.forwarding_ipv4 : tables.forwarding_ipv6;
    if (on && index != 0) forwarding.insert(index);
}

bool is_radio_event(NetlinkBytes payload) {
    bool radio = false;
    each_attribute(attributes_behind<ifinfomsg>(payload),
                   [&](std::uint16_t type, NetlinkBytes) { radio |= type == IFLA_WIRELESS; });
    return radio;
}

}  // namespace

void read_route_message(std::uint16_t type, NetlinkBytes payload, NetworkTables& tables) {
    switch (type) {
        case RTM_NEWLINK:
            return read_link(payload, tables);
        case RTM_NEWADDR:
            return read_address(payload, tables);
        case RTM_NEWROUTE:
            return read_route(payload, tables);
        case RTM_NEWNETCONF:
            return read_netconf(payload, tables);
        default:
            return;
    }
}

bool is_change(NetlinkBytes bytes) {
    bool change = false;
    each_message(bytes, [&](const nlmsghdr& header, NetlinkBytes payload) {
        switch (header.nlmsg_type) {
            case RTM_NEWLINK:
                change |= !is_radio_event(payload);
                return;
            case RTM_NEWROUTE:
            case RTM_DELROUTE: {
                const auto route = structure_at<rtmsg>(payload);
                change |= !route || is_default_route(*route);
                return;
            }
            case RTM_DELLINK:
            case RTM_NEWADDR:
            case RTM_DELADDR:
            case RTM_NEWNETCONF:
            case RTM_DELNETCONF:
                change = true;
                return;
            default:
                return;
        }
    });
    return change;
}

}  // namespace vaktpost::platform
