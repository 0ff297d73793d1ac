// SPDX-License-Identifier: GPL-3.0-or-later
// Raw USB descriptors: whatever a device sends.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "platform/devices/descriptor_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto found = vaktpost::platform::walk_descriptors({data, size});
    if (found.size() > size / 9) std::abort();  // an interface descriptor has nine bytes
    if (!std::is_sorted(found.begin(), found.end())) std::abort();
    return 0;
}
