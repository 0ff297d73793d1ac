// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/wifi_messages.h"

#include <linux/genetlink.h>
#include <linux/nl80211.h>

namespace vaktpost::platform {

std::optional<std::uint16_t> family_number(NetlinkBytes payload) {
    std::optional<std::uint16_t> number;
    each_attribute(attributes_behind<genlmsghdr>(payload),
                   [&](std::uint16_t type, NetlinkBytes value) {
                       if (type == CTRL_ATTR_FAMILY_ID) number = structure_at<std::uint16_t>(value);
                   });
    return number;
}

void read_access_point(NetlinkBytes payload, std::vector<std::string>& access_points) {
    std::string name;
    std::uint32_t kind = NL80211_IFTYPE_UNSPECIFIED;
    each_attribute(attributes_behind<genlmsghdr>(payload),
                   [&](std::uint16_t type, NetlinkBytes value) {
                       if (type == NL80211_ATTR_IFNAME) name = text_of(value);
                       if (type == NL80211_ATTR_IFTYPE) kind = number_of(value);
                   });
    const bool serves = kind == NL80211_IFTYPE_AP || kind == NL80211_IFTYPE_P2P_GO;
    if (serves && !name.empty()) access_points.push_back(std::move(name));
}

}  // namespace vaktpost::platform
