// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "platform/mounts/mount_chain.h"

namespace vaktpost::platform {

// What the table of a device-mapper device ("253:0") does, asked of the kernel. Needs
// CAP_SYS_ADMIN; a failure is opaque.
Mapping mapping_of(const std::string& device);

// The same from the kernel's answer to DM_TABLE_STATUS (linux/dm-ioctl.h): `count` targets.
Mapping parse_table(std::span<const std::uint8_t> targets, std::uint32_t count);

}  // namespace vaktpost::platform
