// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "agent/core/result.h"
#include "platform/base/unique_fd.h"
#include "platform/devices/paths.h"

namespace vaktpost::enroll {

// Tells a disk from another one that took its name or its number meanwhile.
struct Identity {
    dev_t number = 0;            // of an image: of the file system that it lies on
    ino_t inode = 0;             // of an image
    std::uint64_t sequence = 0;  // of a disk: the kernel gives each number once per boot
    std::uint64_t size = 0;
    bool operator==(const Identity&) const = default;
};

// What is to be enrolled, and what a person needs to know it by.
struct Target {
    std::string path;   // as the person named it
    std::string node;   // where it is, through no link
    std::string model;  // printable; what the device says of itself; empty: an image, or nothing
    std::uint64_t size = 0;  // in whole sectors
    Identity identity;
    bool image = false;
};

// Refuses everything but a whole removable or external disk that the system does not need and that
// nobody uses (the kernel's own word: it cannot be had alone), and image files.
core::Result<Target> look_at(const std::string& path, const platform::DevicePaths& paths = {});

// The target while it is written to: looked at again, and refused if it is not what was looked at
// before.
class Hold {
  public:
    static core::Result<Hold> take(const Target& target, const platform::DevicePaths& paths = {});

    // From now on others may have the disk alone, as libcryptsetup wants it. It stays open, so that
    // no other disk gets its number, and with that its node, when it is pulled.
    core::Status share();

  private:
    explicit Hold(platform::UniqueFd fd) : fd_(std::move(fd)) {}

    platform::UniqueFd fd_;
};

// The steps of look_at() that a test can take without a disk.
// The folder in sysfs of the disk with that number, where such a disk may be enrolled.
core::Result<std::filesystem::path> find_disk(const std::string& path, dev_t number,
                                              const platform::DevicePaths& paths);
// What it means that the kernel does not give the disk.
core::Error not_given(const std::string& path, int error);

}  // namespace vaktpost::enroll
