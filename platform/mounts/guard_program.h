// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "agent/core/result.h"
#include "platform/mounts/abi.h"

namespace vaktpost::platform {

// Loads the mount guard's program (installer/bpf) from `object`, grants these disks, puts its hooks
// in force and pins all of it into `folder`, so that it stays when this process ends. What was
// pinned there before is replaced, hook by hook, the new one in force before the old one goes; what
// was granted and refused stays. An error where this kernel cannot hold it: then nothing is in
// force that was not before. Linked by the helper alone: libbpf.
core::Status load_guard(const std::filesystem::path& object, const std::filesystem::path& folder,
                        const std::vector<vaktpost_disk>& allowed);

// Takes it out of the kernel.
core::Status unload_guard(const std::filesystem::path& folder);

}  // namespace vaktpost::platform
