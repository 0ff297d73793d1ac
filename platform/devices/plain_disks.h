// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "agent/core/host.h"
#include "platform/devices/paths.h"

namespace vaktpost::platform {

// What the system keeps something on that is not known to be encrypted, one entry per device: the
// root file system, what fstab names or is mounted from an internal disk, swap.
//
// Left out: what firmware and boot loader read (mounted at /boot, /efi or /boot/efi), media (their
// gate judges them), what lies in memory, on the network or in a file of another file system, which
// counts for itself. Reads files of the root file system: call it on a worker.
std::vector<core::PlainDisk> plain_disks(const DevicePaths& paths);

}  // namespace vaktpost::platform
