// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "agent/core/mount.h"
#include "platform/devices/mount_table.h"
#include "platform/devices/paths.h"

namespace vaktpost::platform {

// What a device-mapper device does to what passes through it.
enum class Mapping {
    opaque,       // it cannot be told, or it enciphers not all of it
    encrypted,    // every stretch goes through a real cipher
    null_cipher,  // a cipher that does nothing is among them
};

struct Chain {
    std::vector<core::MountedDisk> disks;  // removable and external ones, each once
    bool null_cipher = false;
};

// What a mounted file system stands on, from sysfs and the loop devices: partitions, mappings,
// RAID, loop devices over files and over disks, the devices of a btrfs. `mapping` is asked for each
// device-mapper device (its number, "253:0"); below an encrypted one nobody looks. Reads sysfs and
// the root file system: call it on a worker.
class ChainWalk {
  public:
    using AskMapping = std::function<Mapping(const std::string& device)>;

    explicit ChainWalk(const DevicePaths& paths, AskMapping mapping = {});

    [[nodiscard]] Chain below(const Mount& mount) const;

  private:
    struct Walk;
    const DevicePaths& paths_;
    AskMapping mapping_;
    std::set<std::string> system_;
};

}  // namespace vaktpost::platform
