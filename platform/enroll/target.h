// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "agent/core/result.h"
#include "platform/devices/paths.h"

namespace vaktpost::enroll {

// What is to be enrolled, and what a person needs to know it by.
struct Target {
    std::string path;
    std::string model;  // printable; what the device says of itself; empty: an image, or nothing
    std::uint64_t size = 0;
    bool image = false;
};

// Refuses everything but a whole removable or external disk that the system does not need and that
// nobody uses (the kernel's own word: it cannot be had alone), and image files.
core::Result<Target> look_at(const std::string& path, const platform::DevicePaths& paths = {});

}  // namespace vaktpost::enroll
