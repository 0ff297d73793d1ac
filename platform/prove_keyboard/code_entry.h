// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vaktpost::prove_keyboard {

// What is typed, held against the code: digits and Enter; Backspace takes a digit back, other keys
// are nothing. Keys are told by their place on the keyboard, so the layout does not matter.
class CodeEntry {
  public:
    enum class State { open, proved, failed };

    static constexpr int most_tries = 3;

    explicit CodeEntry(std::string_view code) : code_(code) {}
    ~CodeEntry();
    CodeEntry(const CodeEntry&) = delete;
    CodeEntry& operator=(const CodeEntry&) = delete;

    // A key of linux/input-event-codes.h that has gone down.
    State press(std::uint16_t key);

  private:
    State enter();

    std::string code_;
    std::string typed_;
    int tries_ = 0;
    State state_ = State::open;
};

}  // namespace vaktpost::prove_keyboard
