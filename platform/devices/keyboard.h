// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace vaktpost::platform {

// Whether an input device below this sysfs folder has the keys to type with: at least 20 of the
// letters, by its capabilities/key bitmask. A remote control or a headset has none, a barcode
// scanner has.
bool has_typing_keys(const std::filesystem::path& interface_folder);

}  // namespace vaktpost::platform
