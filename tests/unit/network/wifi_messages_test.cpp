// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/wifi_messages.h"

#include <linux/genetlink.h>
#include <linux/nl80211.h>

#include <catch2/catch.hpp>

#include "tests/unit/network/netlink_text.h"

using namespace vaktpost::platform;
using namespace vaktpost::test;

namespace {

std::vector<std::string> access_points(std::uint32_t type, const std::string& name) {
    std::vector<std::string> found;
    read_access_point(payload(genlmsghdr{}, {attribute(NL80211_ATTR_IFNAME, text(name)),
                                             attribute(NL80211_ATTR_IFTYPE, number(type))}),
                      found);
    return found;
}

}  // namespace

TEST_CASE("an access point and a group's owner let others in, a station does not") {
    CHECK(access_points(NL80211_IFTYPE_AP, "wlan0") == std::vector<std::string>{"wlan0"});
    CHECK(access_points(NL80211_IFTYPE_P2P_GO, "p2p0") == std::vector<std::string>{"p2p0"});
    CHECK(access_points(NL80211_IFTYPE_STATION, "wlan0").empty());
    CHECK(access_points(NL80211_IFTYPE_AP, "").empty());
}

TEST_CASE("the family's number is found behind other attributes") {
    const auto answer = payload(genlmsghdr{}, {attribute(CTRL_ATTR_FAMILY_NAME, text("nl80211")),
                                               attribute(CTRL_ATTR_FAMILY_ID, {0x1c, 0})});
    CHECK(family_number(answer) == 0x1c);
    CHECK_FALSE(family_number(payload(genlmsghdr{}, {})));
    CHECK_FALSE(family_number({}));
}
