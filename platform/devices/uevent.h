// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "agent/core/time.h"

namespace vaktpost::platform {

// What the kernel broadcasts when a device comes, goes or changes:
// Documentation/ABI/testing/sysfs-uevent.
struct Uevent {
    std::string action;     // add, remove, change, bind, unbind, …
    std::string subsystem;  // usb, block, input
    std::string devtype;    // usb_device, usb_interface, disk, partition; may be empty
    std::string path;       // below sysfs: "/devices/pci0000:00/…/block/sdb/sdb1"
    std::string node;       // "/dev/sdb1"; empty where there is none
    bool ours = false;      // a synthetic "change" that the agent wrote itself
    core::Instant seen;     // when it reached us

    // The kernel's name of the device: the last component of the path.
    [[nodiscard]] std::string_view name() const {
        return std::string_view(path).substr(path.rfind('/') + 1);
    }
    // And of the one above it.
    [[nodiscard]] std::string_view parent_name() const {
        const auto end = path.rfind('/');
        if (end == std::string::npos || end == 0) return {};
        const auto begin = path.rfind('/', end - 1) + 1;
        return std::string_view(path).substr(begin, end - begin);
    }
};

}  // namespace vaktpost::platform
