// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/recognised_disks.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "platform/devices/disk_reading.h"
#include "platform/devices/sysfs.h"
#include "platform/devices/system_disks.h"
#include "platform/mounts/guard_maps.h"

namespace vaktpost::platform {
namespace {

// What stands on other disks, on a network or on nothing.
bool is_virtual(std::string_view disk) {
    static constexpr std::array<std::string_view, 8> families{"loop", "dm-", "md",     "nbd",
                                                              "rbd",  "ram", "bcache", "drbd"};
    return std::any_of(families.begin(), families.end(), [&](std::string_view family) {
        return disk.substr(0, family.size()) == family;
    });
}

}  // namespace

std::vector<vaktpost_disk> recognised_disks(const DevicePaths& paths) {
    std::vector<vaktpost_disk> disks;
    const auto system = system_disks(paths);
    for (const auto& name : present_disks(paths)) {
        const auto object = resolved(paths.sys / "class/block" / name);
        const bool internal = !is_virtual(name) && !object.empty() && !is_medium(name, object);
        if (!internal && system.count(name) == 0) continue;
        const auto disk = guarded_disk(read_attribute(object / "dev"),
                                       read_number(object / "diskseq").value_or(0));
        if (disk && disk->sequence != 0) disks.push_back(*disk);
    }
    return disks;
}

}  // namespace vaktpost::platform
