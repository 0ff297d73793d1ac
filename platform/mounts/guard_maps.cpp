// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/guard_maps.h"

#include <linux/bpf.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

int bpf(bpf_cmd command, bpf_attr& attributes) {
    return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

std::uint64_t address(const void* object) {
    return reinterpret_cast<std::uintptr_t>(object);
}

UniqueFd open_pin(const fs::path& pin) {
    bpf_attr attributes{};
    attributes.pathname = address(pin.c_str());
    return UniqueFd(bpf(BPF_OBJ_GET, attributes));
}

std::uint64_t inode_of(const fs::path& pin) {
    struct stat status {};
    return ::stat(pin.c_str(), &status) == 0 ? status.st_ino : 0;
}

bpf_attr on_map(int map, const vaktpost_disk* key, const void* value) {
    bpf_attr attributes{};
    attributes.map_fd = static_cast<std::uint32_t>(map);
    attributes.key = address(key);
    attributes.value = address(value);
    return attributes;
}

}  // namespace

bool guard_is_loaded(const fs::path& folder) {
    return std::all_of(std::begin(guard_hooks), std::end(guard_hooks), [&](const char* hook) {
        return ::access((folder / hook).c_str(), F_OK) == 0;
    });
}

core::Result<GuardMaps> GuardMaps::open(const fs::path& pins) {
    if (!guard_is_loaded(pins))
        return core::Error{ENOENT, "mount guard", "not loaded in the kernel"};
    auto grants = open_pin(pins / "grants");
    auto refusals = grants ? open_pin(pins / "refusals") : UniqueFd();
    if (!refusals) return core::system_error(errno, "open the mount guard's maps");
    GuardMaps maps(std::move(grants), std::move(refusals));
    maps.pin_ = inode_of(pins / "grants");
    return maps;
}

bool GuardMaps::is_pinned(const fs::path& pins) const {
    return pin_ != 0 && inode_of(pins / "grants") == pin_;
}

core::Result<GuardMaps> GuardMaps::take(UniqueFd grants, UniqueFd refusals) {
    return GuardMaps(std::move(grants), std::move(refusals));
}

core::Status GuardMaps::grant(const vaktpost_disk& disk, vaktpost_grant grant) {
    const std::uint32_t value = grant;
    auto attributes = on_map(grants_.get(), &disk, &value);
    if (bpf(BPF_MAP_UPDATE_ELEM, attributes) == 0) return core::Done{};
    return core::system_error(errno, "grant a disk to the mount guard");
}

void GuardMaps::remove(const vaktpost_disk& disk) {
    auto attributes = on_map(grants_.get(), &disk, nullptr);
    bpf(BPF_MAP_DELETE_ELEM, attributes);
}

template <class Visit>
void GuardMaps::each(Visit visit) const {
    vaktpost_disk key{};
    vaktpost_disk next{};
    auto attributes = on_map(grants_.get(), nullptr, &next);
    // Bounded: a map that changes meanwhile may begin anew.
    for (int i = 0; i < 2 * VAKTPOST_GRANTS_MAX && bpf(BPF_MAP_GET_NEXT_KEY, attributes) == 0;
         ++i) {
        visit(next);
        key = next;
        attributes = on_map(grants_.get(), &key, &next);
    }
}

void GuardMaps::revoke(std::uint64_t sequence) {
    std::vector<vaktpost_disk> found;
    each([&](const vaktpost_disk& disk) {
        if (disk.sequence == sequence) found.push_back(disk);
    });
    for (const auto& disk : found) remove(disk);
}

void GuardMaps::keep_only(const std::set<std::uint64_t>& present) {
    std::vector<vaktpost_disk> gone;
    each([&](const vaktpost_disk& disk) {
        if (present.count(disk.sequence) == 0) gone.push_back(disk);
    });
    for (const auto& disk : gone) remove(disk);
}

std::size_t GuardMaps::count() const {
    std::size_t disks = 0;
    each([&](const vaktpost_disk&) { ++disks; });
    return disks;
}

core::Result<vaktpost_disk> guarded_disk(const std::string& device, std::uint64_t sequence) {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    const char* end = device.data() + device.size();
    const auto first = std::from_chars(device.data(), end, major);
    const bool colon = first.ec == std::errc() && first.ptr != end && *first.ptr == ':';
    const auto second = colon ? std::from_chars(first.ptr + 1, end, minor) : first;
    if (!colon || second.ec != std::errc() || second.ptr != end)
        return core::Error{EINVAL, "device number", "none"};
    return vaktpost_disk{major << 20U | minor, 0, sequence};
}

}  // namespace vaktpost::platform
