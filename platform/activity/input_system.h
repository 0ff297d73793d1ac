// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/policy.h"
#include "agent/core/result.h"
#include "agent/core/types.h"
#include "platform/activity/input_kind.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::platform {

// What a device is, and its descriptors, ready for read_newest().
struct InputDevice {
    InputKind kind = InputKind::none;
    bool letters = false;
    bool touch_screen = false;
    bool by_program = false;  // made through uinput
    bool on_usb = false;      // somewhere behind a USB port
    core::UsbId id{};         // as it calls itself, whatever bus it is on

    // None where `kind` is none. A device that can move has a second descriptor, and the kernel
    // queues only movement there and only the rest here: a mouse at 1000 Hz overflows its ring of
    // 64 events in 20 ms, and a click must not drown in that.
    UniqueFd deliberate;
    UniqueFd movement;
};

// Where input devices come from; tests put pipes in its place. `node` is "/dev/input/event3".
struct InputSystem {
    std::function<std::vector<std::string>()> list;

    std::function<core::Result<InputDevice>(const std::string& node)> open;

    // None: udev has not dealt with the device yet, ask again later.
    std::function<std::optional<core::SeatName>(const std::string& node)> seat;

    // Whether another program has the device for itself (EVIOCGRAB), so that it is silent for us.
    // Blocks for tens of milliseconds; any thread. For the cost see held_by_another() in the
    // source.
    std::function<bool(const std::string& node)> held_by_another;
};

// The kernel's and udev's. Devices that uinput made are told by their place in sysfs, which they
// cannot choose, not by the bus they claim to be on; so keyboards over Bluetooth (uhid) and a
// virtual machine's (virtio) are a person's.
InputSystem evdev_input_system();

}  // namespace vaktpost::platform
