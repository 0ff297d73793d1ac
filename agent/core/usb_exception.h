// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/types.h"
#include "agent/core/usb.h"
#include "agent/core/wall.h"

namespace vaktpost::core {

// One device may be used for a while whatever the rules say. A plain value: it outlives the agent.
struct UsbException {
    RuleId id;        // "exception.00A7": names it in decisions, by the code of what granted it
    Seq granted = 0;  // that record; 0: of another epoch of the log

    // Which device: by all that it says of itself, and by its port where it has no serial number.
    std::uint16_t vendor = 0;
    std::uint16_t product = 0;
    Tag serial_tag;
    std::string descriptors;
    DeviceId port;  // empty: any

    std::string reason;  // a word of usb.allow_reasons
    WallTime from{};     // a clock that shows less is wrong: the exception does not hold
    WallTime until{};
    bool warned = false;  // that it ends soon has been said

    [[nodiscard]] bool names(const UsbDevice& device) const {
        return vendor == device.vendor && product == device.product &&
               serial_tag == device.serial_tag && descriptors == device.descriptors &&
               (port.empty() || port == device.id);
    }
    bool operator==(const UsbException&) const = default;
};
using UsbExceptions = std::vector<UsbException>;

}  // namespace vaktpost::core
