// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace vaktpost::platform {

struct InputsBelow {
    bool any = false;     // a driver has made input devices
    bool typing = false;  // one of them has the keys to type with
    bool operator==(const InputsBelow&) const = default;
};

// The input devices below this sysfs folder. Those type that have at least 20 of the letters, by
// their capabilities/key bitmask: a remote control or a headset has none, a barcode scanner has.
InputsBelow inputs_below(const std::filesystem::path& interface_folder);

}  // namespace vaktpost::platform
