// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/prove_keyboard/code_entry.h"

#include <linux/input-event-codes.h>

#include <array>
#include <cstring>
#include <optional>

namespace vaktpost::prove_keyboard {
namespace {

constexpr std::array<std::uint16_t, 10> row{KEY_0, KEY_1, KEY_2, KEY_3, KEY_4,
                                            KEY_5, KEY_6, KEY_7, KEY_8, KEY_9};
constexpr std::array<std::uint16_t, 10> pad{KEY_KP0, KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4,
                                            KEY_KP5, KEY_KP6, KEY_KP7, KEY_KP8, KEY_KP9};

std::optional<char> digit_of(std::uint16_t key) {
    for (std::size_t digit = 0; digit < row.size(); ++digit)
        if (key == row[digit] || key == pad[digit]) return static_cast<char>('0' + digit);
    return std::nullopt;
}

}  // namespace

CodeEntry::~CodeEntry() {
    ::explicit_bzero(typed_.data(), typed_.size());
    ::explicit_bzero(code_.data(), code_.size());
}

CodeEntry::State CodeEntry::press(std::uint16_t key) {
    if (state_ != State::open) return state_;
    if (key == KEY_ENTER || key == KEY_KPENTER) return enter();
    if (key == KEY_BACKSPACE && !typed_.empty()) typed_.pop_back();
    // One digit too many is enough to be wrong; more are not kept.
    if (const auto digit = digit_of(key); digit && typed_.size() <= code_.size())
        typed_.push_back(*digit);
    return state_;
}

// Enter alone is no try: people press it to see whether a keyboard is alive.
CodeEntry::State CodeEntry::enter() {
    if (typed_.empty()) return state_;
    if (!code_.empty() && typed_ == code_) return state_ = State::proved;
    typed_.clear();
    if (++tries_ == most_tries) state_ = State::failed;
    return state_;
}

}  // namespace vaktpost::prove_keyboard
