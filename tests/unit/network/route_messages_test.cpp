// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/route_messages.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "tests/unit/network/netlink_text.h"

using namespace vaktpost::platform;
using namespace vaktpost::test;
using Indexes = std::set<std::uint32_t>;

namespace {

NetworkTables read(const Buffer& bytes, DumpProgress& progress) {
    NetworkTables tables;
    each_answer(bytes, 7, progress, [&](std::uint16_t type, NetlinkBytes body) {
        read_route_message(type, body, tables);
    });
    return tables;
}

NetworkTables read(const Buffer& bytes) {
    DumpProgress progress;
    return read(bytes, progress);
}

Buffer route(std::uint8_t prefix, std::uint8_t type, std::uint32_t interface) {
    rtmsg info{};
    info.rtm_family = AF_INET;
    info.rtm_dst_len = prefix;
    info.rtm_type = type;
    return payload(info, {attribute(RTA_OIF, number(interface))});
}

}  // namespace

TEST_CASE("the interfaces that a kernel listed are read") {
    DumpProgress progress;
    const auto tables = read(recorded("links"), progress);
    CHECK(progress.done);
    CHECK(progress.error == 0);
    REQUIRE(tables.links.size() == 4);
    CHECK(tables.links.at(1).name == "lo");
    CHECK(tables.links.at(1).type == ARPHRD_LOOPBACK);
    const auto& far = tables.links.at(2);
    const auto& port = tables.links.at(3);
    const auto& bridge = tables.links.at(4);
    CHECK(far.name == "far0");
    CHECK(far.kind == "veth");
    CHECK(far.lower == 3);
    CHECK(far.master == 0);
    CHECK(port.name == "eth0");
    CHECK(port.master == 4);
    CHECK(port.local_address);
    CHECK((port.flags & IFF_LOWER_UP) != 0);
    CHECK(bridge.kind == "bridge");
    CHECK(bridge.lower == 0);
}

TEST_CASE("addresses of global scope count, those of a link and of the machine itself do not") {
    CHECK(read(recorded("addresses")).addressed == Indexes{4});
}

TEST_CASE("default routes of every family and table are read, several hops at once too") {
    CHECK(read(recorded("routes")).routed == Indexes{2, 4});
}

TEST_CASE("forwarding is read for all interfaces and for one") {
    const auto tables = read(recorded("forwarding"));
    CHECK(tables.forwarding_ipv4.count(forwards_all) == 1);
    CHECK(tables.forwarding_ipv6 == Indexes{2});
}

TEST_CASE("a route to one network and one that refuses are no way out") {
    CHECK(read(message(RTM_NEWROUTE, route(24, RTN_UNICAST, 3))).routed.empty());
    CHECK(read(message(RTM_NEWROUTE, route(0, RTN_UNREACHABLE, 3))).routed.empty());
    CHECK(read(message(RTM_NEWROUTE, route(0, RTN_UNICAST, 3))).routed == Indexes{3});
}

TEST_CASE("an error and an interruption of the answer are told") {
    DumpProgress progress;
    read(message(NLMSG_ERROR, number(static_cast<std::uint32_t>(-13))), progress);
    CHECK(progress.done);
    CHECK(progress.error == 13);
    DumpProgress second;
    read(message(RTM_NEWROUTE, route(0, RTN_UNICAST, 3), NLM_F_MULTI | NLM_F_DUMP_INTR), second);
    CHECK(second.interrupted);
    CHECK_FALSE(second.done);
}

TEST_CASE("an answer to somebody else's request is passed over") {
    DumpProgress progress;
    const auto other = message(RTM_NEWROUTE, route(0, RTN_UNICAST, 3), 0, 8);
    CHECK(read(other, progress).routed.empty());
}

TEST_CASE("a recording cut off anywhere is read as far as it goes") {
    for (const char* name : {"links", "addresses", "routes", "forwarding"}) {
        const auto whole = recorded(name);
        const auto all = read(whole);
        for (std::size_t length = 0; length < whole.size(); length += 3) {
            const auto part =
                read(Buffer(whole.begin(), whole.begin() + static_cast<long>(length)));
            CHECK(part.links.size() <= all.links.size());
        }
    }
}

TEST_CASE("what changes the tables is a change, radio events and single routes are not") {
    const ifinfomsg link{};
    CHECK(is_change(message(RTM_NEWLINK, payload(link, {attribute(IFLA_IFNAME, text("eth0"))}))));
    CHECK(is_change(message(RTM_DELLINK, payload(link, {}))));
    CHECK(is_change(message(RTM_NEWADDR, payload(ifaddrmsg{}, {}))));
    CHECK(is_change(message(RTM_DELROUTE, route(0, RTN_UNICAST, 3))));
    CHECK(is_change(message(RTM_NEWNETCONF, {})));
    CHECK_FALSE(is_change(message(RTM_NEWROUTE, route(24, RTN_UNICAST, 3))));
    CHECK_FALSE(
        is_change(message(RTM_NEWLINK, payload(link, {attribute(IFLA_IFNAME, text("wlan0")),
                                                      attribute(IFLA_WIRELESS, Buffer(8))}))));
    CHECK_FALSE(is_change(message(RTM_NEWNEIGH, Buffer(12))));
}
