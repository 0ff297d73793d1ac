// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace vaktpost::platform {

// Where this box finds the kernel and its own files; tests put a tree of their own in their place.
struct DevicePaths {
    std::filesystem::path sys = "/sys";
    std::filesystem::path dev = "/dev";
    std::filesystem::path proc = "/proc";
    std::filesystem::path etc = "/etc";
    std::filesystem::path run = "/run/vaktpost";  // admitted/, quarantine/ and armed-once; exists
    std::filesystem::path udev = "/run/udev";     // udev's own state
    std::filesystem::path prover = "/usr/libexec/vaktpost/vaktpost-prove-keyboard";
    std::filesystem::path examiner = "/usr/libexec/vaktpost/vaktpost-examine";
};

}  // namespace vaktpost::platform
