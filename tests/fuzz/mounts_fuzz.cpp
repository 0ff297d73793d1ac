// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of mounts, whose paths anybody chooses, and of device-mapper devices.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "platform/mounts/dm_table.h"
#include "platform/mounts/mount_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vaktpost::platform;
    for (const auto& mount :
         parse_mounts(std::string_view(reinterpret_cast<const char*>(data), size)))
        if (mount.device.find_first_not_of("0123456789:") != std::string::npos) std::abort();
    const std::span table(data, size);
    if (size > 0) static_cast<void>(parse_table(table.subspan(1), data[0]));
    return 0;
}
