// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/cipher_spec.h"

#include <algorithm>
#include <array>

#include "platform/examine/words.h"

namespace vaktpost::examine {
namespace {

constexpr auto kRealCiphers = std::to_array<std::string_view>(
    {"aes", "serpent", "twofish", "camellia", "cast6", "aria", "sm4", "xchacha20", "xchacha12"});

std::string_view first_word(std::string_view specification) {
    return specification.substr(0, specification.find_first_of(":,-"));
}

}  // namespace

Finding judge_cipher(std::string_view specification) {
    const auto cipher = first_word(specification);
    if (cipher == "null" || specification.find("cipher_null") != std::string_view::npos)
        return {Verdict::plain, word::cipher_null};
    const auto mode = specification.find('-');
    const bool has_mode = mode != std::string_view::npos && mode + 1 < specification.size();
    const bool real =
        std::find(kRealCiphers.begin(), kRealCiphers.end(), cipher) != kRealCiphers.end();
    if (!real || !has_mode) return {Verdict::unknown, word::cipher_unknown};
    return {Verdict::encrypted, nullptr};
}

}  // namespace vaktpost::examine
