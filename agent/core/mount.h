// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "agent/core/types.h"
#include "agent/core/words.h"

namespace vaktpost::core {

// A removable or external disk at the end of what a mount stands on.
struct MountedDisk {
    MediumId medium;
    bool system = false;  // under /, swap or fstab: what is mounted from it is left alone
    bool operator==(const MountedDisk&) const = default;
};

// A block device that is mounted, once or often, and stands on such disks.
struct Mount {
    MountId id;
    std::vector<MountedDisk> disks;
    bool writable = false;  // its file system is
    bool operator==(const Mount&) const = default;
};

// What stands between a mount and its disks, by the device-mapper tables.
enum class MountVerdict {
    encrypted,    // dm-crypt with a real cipher, on each way down
    plain,        // nothing that encrypts, on one of them at least
    null_cipher,  // dm-crypt that enciphers nothing
    unknown,      // not told: nobody looked, or not in time
};
VAKTPOST_WORDS(MountVerdict, "encrypted", "plain", "null_cipher", "unknown");

// Why the kernel refused a mount: platform/mounts/abi.h.
enum class MountRefusal { external, unknown_disk, too_deep, writable };
VAKTPOST_WORDS(MountRefusal, "external", "unknown_disk", "too_deep", "writable");

}  // namespace vaktpost::core
