// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in foreign bytes. The caller has checked that `at` and the number behind it lie within
// `data`.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace vaktpost::examine {

using ByteView = std::span<const std::byte>;

template <std::unsigned_integral Number>
Number little_endian(ByteView data, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = sizeof(Number); i-- > 0;)
        value = value << 8U | std::to_integer<std::uint64_t>(data[at + i]);
    return static_cast<Number>(value);
}

template <std::unsigned_integral Number>
Number big_endian(ByteView data, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        value = value << 8U | std::to_integer<std::uint64_t>(data[at + i]);
    return static_cast<Number>(value);
}

inline bool has_text(ByteView data, std::size_t at, std::string_view text) {
    return at <= data.size() && text.size() <= data.size() - at &&
           std::memcmp(data.data() + at, text.data(), text.size()) == 0;
}

}  // namespace vaktpost::examine
