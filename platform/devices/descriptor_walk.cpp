// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/descriptor_walk.h"

#include <algorithm>
#include <cstddef>

namespace vaktpost::platform {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Descriptor types: USB 2.0, table 9-5. Sizes: tables 9-8, 9-10, 9-12.
constexpr std::uint8_t type_configuration = 2;
constexpr std::uint8_t type_interface = 4;
constexpr std::size_t device_size = 18;
constexpr std::size_t configuration_size = 9;
constexpr std::size_t interface_size = 9;
constexpr std::size_t configuration_limit = 8;  // USB_MAXCONFIG: the kernel reads no more

void walk_configuration(Bytes bytes, std::vector<DescribedInterface>& found) {
    const std::uint8_t configuration = bytes[5];
    while (bytes.size() >= 2) {
        const std::size_t length = bytes[0];
        if (length < 2 || length > bytes.size()) return;
        if (bytes[1] == type_interface && length >= interface_size)
            found.push_back({configuration, bytes[2], {bytes[5], bytes[6], bytes[7]}});
        bytes = bytes.subspan(length);
    }
}

}  // namespace

std::vector<DescribedInterface> walk_descriptors(Bytes raw) {
    std::vector<DescribedInterface> found;
    if (raw.size() < device_size) return found;
    raw = raw.subspan(device_size);
    for (std::size_t i = 0; i < configuration_limit && raw.size() >= configuration_size; ++i) {
        const std::size_t total = raw[2] | static_cast<std::size_t>(raw[3]) << 8U;
        if (raw[0] < configuration_size || raw[1] != type_configuration ||
            total < configuration_size)
            break;
        const std::size_t taken = std::min(total, raw.size());
        walk_configuration(raw.first(taken), found);
        raw = raw.subspan(taken);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

}  // namespace vaktpost::platform
