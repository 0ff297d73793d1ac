// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vaktpost::platform {

// One line of /proc/self/mountinfo (proc(5)). Paths are whoever mounted chose them: never recorded.
struct MountLine {
    std::string device;  // "8:17"; of btrfs and what has no device of its own, "0:45"
    std::string place;   // where it is mounted
    std::string type;
    std::string source;
};

// Lines that are none are left out.
std::vector<MountLine> parse_mounts(std::string_view table);

}  // namespace vaktpost::platform
