// SPDX-License-Identifier: GPL-3.0-or-later
// The closed lists of the product: each enumerator has one word, used in policy, records, status
// and scenarios.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace vaktpost::core {

template <class Enum>
struct Words;  // specialised beside each enum: `static constexpr std::array table`, in the enum's
               // order

template <class Enum>
concept HasWords = std::is_enum_v<Enum> && requires {
    Words<Enum>::table;
};

template <HasWords Enum>
constexpr std::string_view to_string(Enum value) {
    return Words<Enum>::table[static_cast<std::size_t>(value)];
}

template <HasWords Enum>
constexpr std::optional<Enum> from_string(std::string_view word) {
    for (std::size_t i = 0; i < Words<Enum>::table.size(); ++i)
        if (Words<Enum>::table[i] == word) return static_cast<Enum>(i);
    return std::nullopt;
}

}  // namespace vaktpost::core

// Inside namespace vaktpost::core, behind the enum; one word per enumerator, in its order.
#define VAKTPOST_WORDS(Enum, ...)                                                     \
    template <>                                                                       \
    struct Words<Enum> {                                                              \
        static constexpr auto table = std::to_array<std::string_view>({__VA_ARGS__}); \
    }
