// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/kernel_partitions.h"

#include <sys/sysmacros.h>

#include <fstream>
#include <string>
#include <system_error>

namespace vaktpost::examine {
namespace {

constexpr Bytes kSysfsSector = 512;

std::optional<Bytes> number_in(const std::filesystem::path& file) {
    std::ifstream stream(file);
    Bytes value = 0;
    if (!(stream >> value)) return std::nullopt;
    return value;
}

bool kernel_scans(const std::filesystem::path& disk) {
    return number_in(disk / "ext_range").value_or(1) > 1;
}

}  // namespace

std::filesystem::path sysfs_of_device(dev_t number) {
    return "/sys/dev/block/" + std::to_string(major(number)) + ":" + std::to_string(minor(number));
}

std::optional<std::vector<Partition>> kernel_partitions(const std::filesystem::path& disk) {
    if (!kernel_scans(disk)) return std::nullopt;
    std::vector<Partition> found;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(disk, failed)) {
        if (!number_in(entry.path() / "partition")) continue;
        const auto start = number_in(entry.path() / "start");
        const auto size = number_in(entry.path() / "size");
        // A partition without dimensions matches none of ours, so that the verdict falls to
        // unknown.
        found.push_back({start.value_or(0) * kSysfsSector, size.value_or(0) * kSysfsSector});
    }
    return found;
}

}  // namespace vaktpost::examine
