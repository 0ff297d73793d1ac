// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/plain_disks.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "platform/devices/backing_chain.h"
#include "platform/devices/disk_reading.h"
#include "platform/devices/mount_table.h"
#include "platform/devices/sysfs.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;
using core::DiskUse;
using core::PlainCause;

// Kernels and boot loaders; firmware can read nothing that is encrypted.
bool is_for_boot(const std::string& point) {
    return point == "/boot" || point == "/efi" || point == "/boot/efi";
}

// Not a disk of this machine: memory, a file, another machine's, a disc.
bool is_no_disk(std::string_view name) {
    static constexpr std::array<std::string_view, 6> families{"loop", "ram", "zram",
                                                              "nbd",  "rbd", "sr"};
    return std::any_of(families.begin(), families.end(), [&](std::string_view family) {
        return name.substr(0, family.size()) == family;
    });
}

// Keep several disks of their own, which the mount table does not list.
bool hides_its_disks(const std::string& type) {
    return type == "zfs" || type == "bcachefs";
}

class Finder {
  public:
    explicit Finder(const DevicePaths& paths) : paths_(paths) {}

    std::vector<core::PlainDisk> find() {
        read_mounts();
        add_fstab();
        for (const auto& mount : mounts_) add_mount(mount);
        for (const auto& line : read_table(paths_.proc / "swaps")) add_swap(line[0]);
        std::vector<core::PlainDisk> plain;
        for (const auto& [device, disk] : plain_) plain.push_back(disk);
        std::sort(plain.begin(), plain.end());
        return plain;
    }

  private:
    void read_mounts() {
        mounts_ = mounts_now(paths_);
        if (mounts_.empty()) add({DiskUse::root, "mountinfo", PlainCause::unreadable});
    }

    void add_fstab() {
        for (const auto& line : read_table(paths_.etc / "fstab")) {
            if (line.size() < 3 || is_for_boot(line[1])) continue;
            points_.insert(line[1]);
            if (names_a_disk(line)) add_devices(use_of(line), block_object(paths_, line[0]));
        }
    }

    static DiskUse use_of(const TableLine& line) {
        if (line[2] == "swap") return DiskUse::swap;
        return line[1] == "/" ? DiskUse::root : DiskUse::data;
    }

    void add_mount(const Mount& mount) {
        if (is_for_boot(mount.point)) return;
        const bool root = mount.point == "/";
        const DiskUse use = root ? DiskUse::root : DiskUse::data;
        const auto object = block_object(paths_, mount);
        if (object.empty() && hides_its_disks(mount.type))
            return add({use, mount.type, PlainCause::not_understood});
        if (root || points_.count(mount.point) != 0 || !is_medium_below(object))
            add_devices(use, object);
    }

    // proc(5): a device, or a file, which lies on the file system mounted nearest above it.
    void add_swap(const std::string& path) {
        const auto object = block_object(paths_, path);
        if (!object.empty()) return add_devices(DiskUse::swap, object);
        const Mount* nearest = nullptr;
        for (const auto& mount : mounts_) {
            const bool above = mount.point == "/" || path.rfind(mount.point + "/", 0) == 0;
            // Of two at one place the later one covers the other.
            if (above && (nearest == nullptr || mount.point.size() >= nearest->point.size()))
                nearest = &mount;
        }
        if (nearest != nullptr) add_devices(DiskUse::swap, block_object(paths_, *nearest));
    }

    bool is_medium_below(const fs::path& object) const {
        const auto disks = disks_below(paths_, object);
        return std::all_of(disks.begin(), disks.end(), [&](const std::string& disk) {
            return is_medium(disk, resolved(paths_.sys / "class/block" / disk));
        });
    }

    void add_devices(DiskUse use, const fs::path& object) {
        if (object.empty()) return;
        for (const auto& member : members_of(paths_, object)) {
            const auto disks = disks_in_the_clear(paths_, member);
            if (!std::all_of(disks.begin(), disks.end(), is_no_disk))
                add({use, member.filename().string(), PlainCause::no_crypt});
        }
    }

    // Of several uses of one device the weightiest.
    void add(core::PlainDisk disk) {
        const auto [known, fresh] = plain_.try_emplace(disk.device, disk);
        if (!fresh && disk.use < known->second.use) known->second = std::move(disk);
    }

    const DevicePaths& paths_;
    std::vector<Mount> mounts_;
    std::set<std::string> points_;  // of fstab
    std::map<std::string, core::PlainDisk> plain_;
};

}  // namespace

std::vector<core::PlainDisk> plain_disks(const DevicePaths& paths) {
    return Finder(paths).find();
}

}  // namespace vaktpost::platform
