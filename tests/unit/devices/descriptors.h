// SPDX-License-Identifier: GPL-3.0-or-later
// Raw descriptors as devices send them (USB 2.0, 9.6).
#pragma once

#include <cstdint>
#include <vector>

namespace vaktpost::test {

using Raw = std::vector<std::uint8_t>;

inline Raw device_descriptor(std::uint8_t configurations) {
    return {18, 1, 0, 2, 0, 0, 0, 64, 0x6d, 0x04, 0x1c, 0xc3, 0, 1, 1, 2, 3, configurations};
}

inline Raw interface_descriptor(std::uint8_t number, std::uint8_t alternate, std::uint8_t base,
                                std::uint8_t sub, std::uint8_t protocol) {
    return {9, 4, number, alternate, 0, base, sub, protocol, 0};
}

// `claimed_interfaces` is what the header says, whatever is in `body`.
inline Raw configuration(std::uint8_t value, std::uint8_t claimed_interfaces,
                         const std::vector<Raw>& body) {
    Raw raw{9, 2, 0, 0, claimed_interfaces, value, 0, 0x80, 50};
    for (const auto& part : body) raw.insert(raw.end(), part.begin(), part.end());
    raw[2] = static_cast<std::uint8_t>(raw.size() & 0xffU);
    raw[3] = static_cast<std::uint8_t>(raw.size() >> 8U);
    return raw;
}

inline Raw joined(const std::vector<Raw>& parts) {
    Raw all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

}  // namespace vaktpost::test
