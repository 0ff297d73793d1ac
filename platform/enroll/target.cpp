// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/target.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>

#include "platform/base/journal.h"
#include "platform/devices/disk_reading.h"
#include "platform/devices/sysfs.h"
#include "platform/devices/system_disks.h"
#include "platform/enroll/agent_gate.h"

namespace vaktpost::enroll {
namespace {

namespace fs = std::filesystem;

// Two headers of 16 MiB in all, and something behind them.
constexpr std::uint64_t sector = 512;
constexpr std::uint64_t smallest = std::uint64_t{32} << 20U;

struct Opened {
    Target target;
    platform::UniqueFd fd;
};

core::Error refused(const std::string& path, const char* why) {
    return {EPERM, "enroll " + path, why};
}

std::string words_of(const fs::path& object) {
    std::string text = platform::read_attribute(object / "device/vendor");
    text += " " + platform::read_attribute(object / "device/model");
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return platform::printable(text.substr(first, text.find_last_not_of(' ') + 1 - first));
}

// A "!" in the kernel's name stands for a "/" in that of the node.
fs::path node_of(const fs::path& object, const platform::DevicePaths& paths) {
    std::string name = object.filename().string();
    std::replace(name.begin(), name.end(), '!', '/');
    return paths.dev / name;
}

// Alone: neither mounted nor unlocked, and neither can happen until it is given back.
core::Result<Opened> open_disk(const std::string& path, dev_t number,
                               const platform::DevicePaths& paths) {
    const auto object = find_disk(path, number, paths);
    if (!object) return object.error();
    const auto node = node_of(*object, paths);
    platform::UniqueFd fd(::open(node.c_str(), O_RDWR | O_EXCL | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return not_given(path, errno);
    struct stat file {};
    Identity identity{number};
    if (::fstat(fd.get(), &file) != 0 || ::ioctl(fd.get(), BLKGETSIZE64, &identity.size) != 0)
        return core::system_error(errno, "open " + path);
    if (!S_ISBLK(file.st_mode) || file.st_rdev != number)
        return refused(path, "another disk has taken its place");
    // A kernel before 5.15 has none: 0.
    if (::ioctl(fd.get(), BLKGETDISKSEQ, &identity.sequence) != 0) identity.sequence = 0;
    const auto medium = platform::medium_id(object->filename().string(), identity.sequence);
    if (auto free = leaves_it_alone(path, medium, paths); !free) return free.error();
    return Opened{{path, node, words_of(*object), identity.size, identity, false}, std::move(fd)};
}

core::Result<Opened> open_image(const std::string& path, const fs::path& node) {
    platform::UniqueFd fd(::open(node.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    struct stat file {};
    if (!fd || ::fstat(fd.get(), &file) != 0) return core::system_error(errno, "open " + path);
    const auto size = static_cast<std::uint64_t>(file.st_size);
    return Opened{{path, node, {}, size, {file.st_dev, file.st_ino, 0, size}, true}, std::move(fd)};
}

core::Result<Opened> open_target(const std::string& path, const platform::DevicePaths& paths) {
    std::error_code failed;
    const auto node = fs::canonical(path, failed);
    struct stat file {};
    if (failed || ::stat(node.c_str(), &file) != 0)
        return core::system_error(failed ? failed.value() : errno, "open " + path);
    if (!S_ISBLK(file.st_mode) && !S_ISREG(file.st_mode))
        return refused(path, "neither a disk nor an image file");
    auto opened =
        S_ISBLK(file.st_mode) ? open_disk(path, file.st_rdev, paths) : open_image(path, node);
    if (!opened) return opened;
    opened->target.size -= opened->target.size % sector;
    if (opened->target.size < smallest) return refused(path, "too small, or empty");
    return opened;
}

}  // namespace

core::Result<fs::path> find_disk(const std::string& path, dev_t number,
                                 const platform::DevicePaths& paths) {
    const auto object =
        platform::resolved(paths.sys / "dev/block" /
                           (std::to_string(major(number)) + ":" + std::to_string(minor(number))));
    if (object.empty()) return refused(path, "the kernel knows no such disk");
    if (fs::exists(object / "partition"))
        return refused(path, "a partition: the whole medium is enrolled, or nothing of it");
    const auto disk = object.filename().string();
    if (platform::is_never_medium(disk) || !platform::is_medium(disk, object))
        return refused(path, "neither removable nor external");
    if (platform::system_disks(paths).count(disk) != 0)
        return refused(path, "the system lives on it, or /etc/fstab names it");
    return object;
}

core::Error not_given(const std::string& path, int error) {
    if (error == EBUSY) return refused(path, "in use: mounted or unlocked");
    return core::system_error(error, "open " + path);
}

core::Result<Target> look_at(const std::string& path, const platform::DevicePaths& paths) {
    auto opened = open_target(path, paths);
    if (!opened) return opened.error();
    return std::move(opened->target);
}

core::Result<Hold> Hold::take(const Target& target, const platform::DevicePaths& paths) {
    auto opened = open_target(target.path, paths);
    if (!opened) return opened.error();
    if (opened->target.identity != target.identity || opened->target.node != target.node)
        return refused(target.path, "not the disk any more that it was before the questions");
    return Hold(std::move(opened->fd));
}

core::Status Hold::share() {
    const std::string same = "/proc/self/fd/" + std::to_string(fd_.get());
    const int fd = ::open(same.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return core::system_error(errno, "open the medium");
    fd_.reset(fd);
    return core::Done{};
}

}  // namespace vaktpost::enroll
