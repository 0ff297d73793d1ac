// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace vaktpost::platform {

struct InputsBelow {
    bool any = false;       // a driver has made input devices
    bool types = false;     // one of them has a letter or a digit
    bool keyboard = false;  // one of them has at least 20 of the letters
    bool operator==(const InputsBelow&) const = default;
};

// The input devices below this sysfs folder, by their capabilities/key bitmask. A remote control or
// a headset has no letter, a keypad has digits, a barcode scanner has all.
InputsBelow inputs_below(const std::filesystem::path& interface_folder);

}  // namespace vaktpost::platform
