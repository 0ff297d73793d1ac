// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the kernel's messages about the network: no crash, nothing that no byte names, and a
// judgement that ends.
#include <cstdint>
#include <cstdlib>

#include "platform/network/route_messages.h"
#include "platform/network/uplinks.h"
#include "platform/network/wifi_messages.h"

using namespace vaktpost;
using namespace vaktpost::platform;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const NetlinkBytes bytes(data, size);
    NetworkTables tables;
    DumpProgress progress;
    std::vector<std::string> access_points;
    each_answer(bytes, 7, progress, [&](std::uint16_t type, NetlinkBytes payload) {
        read_route_message(type, payload, tables);
        read_access_point(payload, access_points);
        static_cast<void>(family_number(payload));
    });
    static_cast<void>(is_change(bytes));
    if (tables.links.size() * sizeof(nlmsghdr) > size) std::abort();
    const auto seen = network_of(tables, [](const Link& link) {
        return Port{link.kind.empty(), core::UplinkKind::cable, {}};
    });
    if (seen.uplinks.size() > tables.links.size()) std::abort();
    return 0;
}
