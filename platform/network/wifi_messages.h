// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel says about Wi-Fi interfaces: nl80211, a family of generic netlink
// (linux/nl80211.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/network/netlink_bytes.h"

namespace vaktpost::platform {

// The number that the kernel gave the family, from its answer to CTRL_CMD_GETFAMILY; none where the
// payload does not name one.
std::optional<std::uint16_t> family_number(NetlinkBytes payload);

// Adds the interface's name if others connect to it: an access point, or the owner of a Wi-Fi
// Direct group.
void read_access_point(NetlinkBytes payload, std::vector<std::string>& access_points);

}  // namespace vaktpost::platform
