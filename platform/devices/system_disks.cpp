// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/system_disks.h"

#include <algorithm>
#include <filesystem>

#include "platform/devices/backing_chain.h"
#include "platform/devices/mount_table.h"
#include "platform/devices/sysfs.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

class Finder {
  public:
    explicit Finder(const DevicePaths& paths) : paths_(paths) {}

    std::set<std::string> find() {
        const auto fstab = read_table(paths_.etc / "fstab");
        std::set<std::string> mount_points{"/"};
        for (const auto& line : fstab) {
            if (line.size() < 2) continue;
            mount_points.insert(line[1]);
            if (names_a_disk(line)) add(block_object(paths_, line[0]));
        }
        add_mounted(mount_points);
        for (const auto& line : read_table(paths_.proc / "swaps"))
            add(block_object(paths_, line[0]));
        return std::move(disks_);
    }

  private:
    // The number and the source of one mount may lead to different disks; both count.
    void add_mounted(const std::set<std::string>& mount_points) {
        for (const auto& mount : mounts_now(paths_)) {
            if (mount_points.count(mount.point) == 0) continue;
            add(resolved(paths_.sys / "dev/block" / mount.number));
            add(block_object(paths_, mount.source));
        }
    }

    void add(const fs::path& object) {
        if (object.empty()) return;
        for (const auto& member : members_of(paths_, object))
            disks_.merge(disks_below(paths_, member));
    }

    const DevicePaths& paths_;
    std::set<std::string> disks_;
};

}  // namespace

std::set<std::string> system_disks(const DevicePaths& paths) {
    return Finder(paths).find();
}

bool fstab_waits_for_a_disk(const DevicePaths& paths) {
    const auto fstab = read_table(paths.etc / "fstab");
    return std::any_of(fstab.begin(), fstab.end(), [&](const TableLine& line) {
        const fs::path link = link_of(paths, line[0]);
        return !link.empty() && resolved(link).empty();
    });
}

}  // namespace vaktpost::platform
