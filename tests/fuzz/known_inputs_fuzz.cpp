// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes in the list of known input devices: no crash, no more of them than there may be, and
// what was understood is written and read back as it is.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/known_inputs_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vaktpost;
    const auto inputs = parse_known_inputs({reinterpret_cast<const char*>(data), size});
    if (inputs.size() > core::most_known_inputs) std::abort();
    if (parse_known_inputs(known_inputs_text(inputs)) != inputs) std::abort();
    return 0;
}
