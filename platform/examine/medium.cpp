// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/medium.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include "platform/examine/kernel_partitions.h"
#include "platform/examine/words.h"

namespace vaktpost::examine {
namespace {

core::Error open_error(int errno_value) {
    const char* why = word::cannot_open;
    if (errno_value == ENOENT || errno_value == ENOTDIR) why = word::no_such_path;
    if (errno_value == EACCES || errno_value == EPERM) why = word::access_denied;
    return {errno_value, "open", why};
}

bool measure_device(Medium& medium, dev_t number) {
    unsigned long long size = 0;
    int sector = 0;
    if (ioctl(medium.fd.get(), BLKGETSIZE64, &size) != 0) return false;
    if (ioctl(medium.fd.get(), BLKSSZGET, &sector) != 0 || sector < 512) return false;
    medium.size = size;
    medium.sector_size = static_cast<Bytes>(sector);
    medium.kernel_partitions = kernel_partitions(sysfs_of_device(number));
    return true;
}

}  // namespace

bool Medium::read(Bytes offset, std::span<std::byte> into) const {
    if (offset > size || into.size() > size - offset) return false;
    while (!into.empty()) {
        const auto got = pread(fd.get(), into.data(), into.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        into = into.subspan(static_cast<std::size_t>(got));
        offset += static_cast<Bytes>(got);
    }
    return true;
}

core::Result<Medium> open_medium(const char* path) {
    const Descriptor handle(open(path, O_PATH | O_CLOEXEC));
    if (!handle) return open_error(errno);
    struct stat status {};
    if (fstat(handle.get(), &status) != 0) return open_error(errno);
    if (!S_ISBLK(status.st_mode) && !S_ISREG(status.st_mode))
        return core::Error{0, "open", word::not_a_medium};

    const auto same_file = "/proc/self/fd/" + std::to_string(handle.get());
    Medium medium;
    medium.fd = Descriptor(open(same_file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!medium.fd) return open_error(errno);
    if (S_ISREG(status.st_mode)) {
        medium.size = static_cast<Bytes>(status.st_size);
    } else if (!measure_device(medium, status.st_rdev)) {
        return core::Error{errno, "measure", word::read_failed};
    }
    return medium;
}

}  // namespace vaktpost::examine
