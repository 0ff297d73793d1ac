// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/network_reading.h"

#include <linux/genetlink.h>
#include <linux/nl80211.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "platform/network/netlink_socket.h"
#include "platform/network/port_kind.h"
#include "platform/network/route_messages.h"
#include "platform/network/uplinks.h"
#include "platform/network/wifi_messages.h"

namespace vaktpost::platform {
namespace {

constexpr int attempts = 3;  // at tables that stand still meanwhile

// All four tables, of every address family. False: something changed meanwhile.
core::Result<bool> read_tables(NetlinkSocket& kernel, NetworkTables& tables) {
    static constexpr std::array<std::uint16_t, 4> requests{RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE,
                                                           RTM_GETNETCONF};
    // Long enough for each table's own structure; zeroes ask for everything.
    static constexpr std::array<std::uint8_t, sizeof(ifinfomsg)> all{};
    bool steady = true;
    for (const auto request : requests) {
        const auto answer =
            kernel.ask(request, NLM_F_DUMP, all, [&](std::uint16_t type, NetlinkBytes payload) {
                read_route_message(type, payload, tables);
            });
        if (!answer) return answer.error();
        if (answer->error != 0) return core::system_error(answer->error, "read a network table");
        steady = steady && !answer->interrupted;
    }
    return steady;
}

core::Result<NetworkTables> read_tables() {
    auto kernel = NetlinkSocket::open(NETLINK_ROUTE, NetlinkSocket::Mode::waiting);
    if (!kernel) return kernel.error();
    NetworkTables tables;
    for (int i = 0; i < attempts; ++i) {
        tables = {};
        const auto steady = read_tables(*kernel, tables);
        if (!steady) return steady.error();
        if (*steady) break;  // what does not stand still is announced and read again anyway
    }
    return tables;
}

std::vector<std::uint8_t> generic_request(std::uint8_t command, std::string_view family = {}) {
    std::vector<std::uint8_t> body(GENL_HDRLEN);
    body[0] = command;
    if (family.empty()) return body;
    nlattr name{};
    name.nla_type = CTRL_ATTR_FAMILY_NAME;
    name.nla_len = static_cast<std::uint16_t>(sizeof name + family.size() + 1);
    const auto start = body.size();
    body.resize(start + (std::size_t{name.nla_len} + 3U) / 4U * 4U);
    std::memcpy(body.data() + start, &name, sizeof name);
    std::copy(family.begin(), family.end(),
              body.begin() + static_cast<std::ptrdiff_t>(start + sizeof name));
    return body;
}

// A machine without Wi-Fi has no such family.
core::Result<std::vector<std::string>> read_access_points() {
    auto kernel = NetlinkSocket::open(NETLINK_GENERIC, NetlinkSocket::Mode::waiting);
    if (!kernel) return kernel.error();
    std::optional<std::uint16_t> family;
    const auto found =
        kernel->ask(GENL_ID_CTRL, 0, generic_request(CTRL_CMD_GETFAMILY, NL80211_GENL_NAME),
                    [&](std::uint16_t, NetlinkBytes payload) {
                        if (!family) family = family_number(payload);
                    });
    if (!found) return found.error();
    std::vector<std::string> access_points;
    if (!family) return access_points;
    const auto answer = kernel->ask(
        *family, NLM_F_DUMP, generic_request(NL80211_CMD_GET_INTERFACE),
        [&](std::uint16_t, NetlinkBytes payload) { read_access_point(payload, access_points); });
    if (!answer) return answer.error();
    return access_points;
}

}  // namespace

core::Result<core::NetworkSeen> read_network(const std::filesystem::path& sys) {
    const auto tables = read_tables();
    if (!tables) return tables.error();
    bool wifi = false;
    auto seen = network_of(*tables, [&](const Link& link) {
        auto port = port_of(sys, link);
        wifi |= port.kind == core::UplinkKind::wifi;
        return port;
    });
    seen.sharing.masquerade = can_masquerade(sys);
    if (!wifi) return seen;
    auto access_points = read_access_points();
    if (!access_points) return access_points.error();
    seen.sharing.access_points = std::move(*access_points);
    return seen;
}

}  // namespace vaktpost::platform
