// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/mount_chain.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "platform/base/unique_fd.h"
#include "platform/devices/backing_chain.h"
#include "platform/devices/disk_reading.h"
#include "platform/devices/sysfs.h"
#include "platform/devices/system_disks.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

constexpr int depth_limit = 16;

// Number of the block device that a loop device stands on, or that the file below it lies on; empty
// where there is none. Its path in sysfs would be no help: it may lie where we cannot look.
std::string below_loop(const fs::path& node) {
    const UniqueFd loop(::open(node.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    loop_info64 info{};
    if (!loop || ::ioctl(loop.get(), LOOP_GET_STATUS64, &info) != 0) return {};
    const dev_t device = info.lo_rdevice != 0 ? info.lo_rdevice : info.lo_device;
    return std::to_string(major(device)) + ":" + std::to_string(minor(device));
}

}  // namespace

struct ChainWalk::Walk {
    const ChainWalk& owner;
    Chain chain{};

    [[nodiscard]] const DevicePaths& paths() const { return owner.paths_; }

    void add_number(const std::string& device, int depth) {
        if (device.empty()) return;
        if (device.rfind("0:", 0) == 0) return add_mounted_btrfs(device);
        add(resolved(paths().sys / "dev/block" / device), depth);
    }

    // `object`: a disk, a partition or a mapping in sysfs, links resolved; or empty.
    void add(const fs::path& object, int depth) {
        if (object.empty() || depth > depth_limit) return;
        if (fs::exists(object / "loop"))
            return add_number(below_loop(paths().dev / object.filename()), depth + 1);
        if (fs::exists(object / "dm") && owner.mapping_) {
            const auto mapping = owner.mapping_(read_attribute(object / "dev"));
            if (mapping == Mapping::encrypted) return;
            chain.null_cipher = chain.null_cipher || mapping == Mapping::null_cipher;
        }
        const auto below = devices_below(paths(), object);
        for (const auto& device : below) add(device, depth + 1);
        if (below.empty() && is_medium(object.filename().string(), object)) add_disk(object);
    }

    void add_disk(const fs::path& object) {
        const auto name = object.filename().string();
        core::MountedDisk disk{medium_id(name, read_number(object / "diskseq").value_or(0)),
                               owner.system_.count(name) != 0};
        if (std::find(chain.disks.begin(), chain.disks.end(), disk) == chain.disks.end())
            chain.disks.push_back(std::move(disk));
    }

    // Of a file on one a loop device tells no other number.
    void add_mounted_btrfs(const std::string& number) {
        for (const auto& mount : mounts_now(paths()))
            if (mount.number == number && mount.type == "btrfs") return add_btrfs(mount.source);
    }

    // It shows a number of its own; sysfs knows all its devices, the source is one of them.
    void add_btrfs(const std::string& source) {
        const auto node = resolved(source).filename();
        if (node.empty()) return;
        for (const auto& member : members_of(paths(), resolved(paths().sys / "class/block" / node)))
            add(member, 0);
    }
};

ChainWalk::ChainWalk(const DevicePaths& paths, AskMapping mapping)
    : paths_(paths), mapping_(std::move(mapping)), system_(system_disks(paths)) {}

Chain ChainWalk::below(const Mount& mount) const {
    Walk walk{*this};
    if (mount.type == "btrfs")
        walk.add_btrfs(mount.source);
    else
        walk.add_number(mount.number, 0);
    return std::move(walk.chain);
}

}  // namespace vaktpost::platform
