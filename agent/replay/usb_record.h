// SPDX-License-Identifier: GPL-3.0-or-later
// A recorded decision about a USB device, read back.
#pragma once

#include <map>
#include <optional>

#include "agent/core/state.h"
#include "agent/replay/recorded.h"

namespace vaktpost::replay {

struct UsbRecord {
    core::UsbDevice device;
    core::UsbCircumstances by;
    std::map<std::uint8_t, core::InterfaceDecision> decisions;
    core::WallTime decided{};  // UTC
    bool observed = false;
    bool failed = false;  // a switch did; then it is not said whether it was only observed
};

// Nothing: it says too little, because an older agent wrote it or because it is forged.
std::optional<UsbRecord> read_usb(const Recorded& record);

// "0=08:06:50"
std::string interface_text(const core::UsbInterface& interface);

}  // namespace vaktpost::replay
