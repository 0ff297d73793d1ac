// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/backing_chain.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "platform/devices/mount_table.h"
#include "platform/devices/sysfs.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

constexpr int depth_limit = 16;  // of devices on top of each other

// Adds the bottom of every way that `passes` lets go on.
template <class Passes>
void add_bottoms(const DevicePaths& paths, const fs::path& object, Passes passes,
                 std::set<std::string>& bottoms, int depth = 0) {
    if (object.empty() || depth > depth_limit || !passes(object)) return;
    const auto below = devices_below(paths, object);
    for (const auto& device : below) add_bottoms(paths, device, passes, bottoms, depth + 1);
    if (below.empty()) bottoms.insert(object.filename().string());
}

}  // namespace

std::vector<fs::path> members_of(const DevicePaths& paths, const fs::path& object) {
    const fs::path all = paths.sys / "fs/btrfs";
    for (const auto& id : names_in(all)) {
        const auto names = names_in(all / id / "devices");
        if (std::find(names.begin(), names.end(), object.filename()) == names.end()) continue;
        std::vector<fs::path> members;
        members.reserve(names.size());
        for (const auto& name : names)
            members.push_back(resolved(paths.sys / "class/block" / name));
        return members;
    }
    return {object};
}

std::vector<fs::path> devices_below(const DevicePaths& paths, const fs::path& object) {
    std::error_code ignored;
    if (fs::exists(object / "partition", ignored)) return {object.parent_path()};
    std::vector<fs::path> below;
    for (const auto& name : names_in(object / "slaves"))
        below.push_back(resolved(object / "slaves" / name));
    // A loop device over a device, and memory that is written out to one. What is no device there
    // is a file, whose file system counts for itself, or "none".
    for (const char* attribute : {"loop/backing_file", "backing_dev"}) {
        const auto source = read_attribute(object / attribute);
        const auto device = source.empty() ? fs::path() : block_object(paths, source);
        if (!device.empty()) below.push_back(device);
    }
    return below;
}

std::set<std::string> disks_below(const DevicePaths& paths, const fs::path& object) {
    std::set<std::string> disks;
    add_bottoms(
        paths, object, [](const fs::path&) { return true; }, disks);
    return disks;
}

// "CRYPT-LUKS2-…". Of the same family, but not dm-crypt: VERITY, INTEGRITY, SUBDEV.
bool is_crypt(const fs::path& object) {
    static constexpr std::array<std::string_view, 7> kinds{
        "CRYPT-LUKS1-",   "CRYPT-LUKS2-", "CRYPT-PLAIN-",  "CRYPT-TCRYPT-",
        "CRYPT-LOOPAES-", "CRYPT-BITLK-", "CRYPT-FVAULT2-"};
    const auto uuid = read_attribute(object / "dm/uuid");
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](std::string_view kind) { return uuid.rfind(kind, 0) == 0; });
}

std::set<std::string> disks_in_the_clear(const DevicePaths& paths, const fs::path& object) {
    std::set<std::string> disks;
    add_bottoms(
        paths, object, [](const fs::path& device) { return !is_crypt(device); }, disks);
    return disks;
}

}  // namespace vaktpost::platform
