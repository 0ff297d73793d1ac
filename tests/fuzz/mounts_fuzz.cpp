// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of mounts, whose paths anybody chooses, and of device-mapper devices.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "platform/devices/mount_table.h"
#include "platform/mounts/dm_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vaktpost::platform;
    for (const auto& line : lines_of(std::string(reinterpret_cast<const char*>(data), size)))
        if (const auto mount = mount_of(line); mount && mount->number.empty()) std::abort();
    const std::span table(data, size);
    if (size > 0) static_cast<void>(parse_table(table.subspan(1), data[0]));
    return 0;
}
