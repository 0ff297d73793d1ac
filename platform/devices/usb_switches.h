// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "agent/core/actions.h"
#include "agent/core/result.h"

namespace vaktpost::platform {

// Does what core asked for on one device, in order, going on after an error; the first one is
// returned. Blocks for as long as drivers and device take: call it on the device's worker.
core::Status switch_usb(const std::filesystem::path& sys, const std::filesystem::path& run,
                        const core::SwitchUsb& request);

}  // namespace vaktpost::platform
