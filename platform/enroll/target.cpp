// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/target.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "platform/base/journal.h"
#include "platform/base/unique_fd.h"
#include "platform/devices/disk_reading.h"
#include "platform/devices/sysfs.h"
#include "platform/devices/system_disks.h"

namespace vaktpost::enroll {
namespace {

namespace fs = std::filesystem;

// Two headers of 16 MiB in all, and something behind them.
constexpr std::uint64_t sector = 512;
constexpr std::uint64_t smallest = std::uint64_t{32} << 20U;

core::Error refused(const std::string& path, const char* why) {
    return {EPERM, "enroll " + path, why};
}

std::string disk_name(const fs::path& path) {
    std::string name = path.filename().string();
    std::replace(name.begin(), name.end(), '/', '!');
    return name;
}

std::string words_of(const fs::path& object) {
    std::string text = platform::read_attribute(object / "device/vendor");
    text += " " + platform::read_attribute(object / "device/model");
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return platform::printable(text.substr(first, text.find_last_not_of(' ') + 1 - first));
}

core::Result<Target> look_at_disk(const std::string& path, const fs::path& node,
                                  const platform::DevicePaths& paths) {
    const auto disk = disk_name(node);
    const auto object = platform::resolved(paths.sys / "class/block" / disk);
    if (object.empty()) return refused(path, "the kernel knows no such disk");
    if (fs::exists(object / "partition"))
        return refused(path, "a partition: the whole medium is enrolled, or nothing of it");
    if (platform::is_never_medium(disk) || !platform::is_medium(disk, object))
        return refused(path, "neither removable nor external");
    if (platform::system_disks(paths).count(disk) != 0)
        return refused(path, "the system lives on it, or /etc/fstab names it");
    const platform::UniqueFd fd(::open(path.c_str(), O_RDWR | O_EXCL | O_CLOEXEC | O_NONBLOCK));
    if (!fd && errno == EBUSY) return refused(path, "in use: mounted or unlocked");
    std::uint64_t size = 0;
    if (!fd || ::ioctl(fd.get(), BLKGETSIZE64, &size) != 0)
        return core::system_error(errno, "open " + path);
    return Target{path, words_of(object), size, false};
}

}  // namespace

core::Result<Target> look_at(const std::string& path, const platform::DevicePaths& paths) {
    std::error_code failed;
    const auto node = fs::canonical(path, failed);
    struct stat file {};
    if (failed || ::stat(node.c_str(), &file) != 0)
        return core::system_error(failed ? failed.value() : errno, "open " + path);
    auto target = S_ISBLK(file.st_mode)
                      ? look_at_disk(path, node, paths)
                      : core::Result<Target>(refused(path, "neither a disk nor an image file"));
    if (S_ISREG(file.st_mode))
        target = Target{path, {}, static_cast<std::uint64_t>(file.st_size), true};
    if (target) target->size -= target->size % sector;
    if (target && target->size < smallest) return refused(path, "too small, or empty");
    return target;
}

}  // namespace vaktpost::enroll
