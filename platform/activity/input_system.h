// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/types.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::platform {

// Where input devices come from; tests put pipes in its place. `node` is "/dev/input/event3".
struct InputSystem {
    std::function<std::vector<std::string>()> list;

    // A descriptor ready for read_newest(); an empty one for a device that does not count.
    std::function<core::Result<UniqueFd>(const std::string& node)> open;

    // None: udev has not dealt with the device yet, ask again later.
    std::function<std::optional<core::SeatName>(const std::string& node)> seat;
};

// The kernel's and udev's. Devices that uinput made do not count: a program moves them. They are
// told by their place in sysfs, which they cannot choose, not by the bus they claim to be on; so
// keyboards over Bluetooth (uhid) and a virtual machine's (virtio) do count.
InputSystem evdev_input_system();

}  // namespace vaktpost::platform
