// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "platform/devices/paths.h"
#include "platform/mounts/abi.h"

namespace vaktpost::platform {

// The disks present now that any mount may lie on: those of the system (system_disks.h), wherever
// they are plugged in, and internal ones. Not what stands on other disks: that is judged by these.
// Blocks on the root file system and on sysfs.
std::vector<vaktpost_disk> recognised_disks(const DevicePaths& paths);

}  // namespace vaktpost::platform
