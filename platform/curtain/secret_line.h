// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace vaktpost::curtain {

// A password as it is typed on a terminal without line editing of its own. Backspace takes the last
// character, however many bytes it has; Escape and ^U take all; Enter ends the line. Every other
// control key and all function keys do nothing. What does not fit is not taken.
//
// Bytes that are no longer needed are overwritten at once. Not copied, so that there is one place.
class SecretLine {
  public:
    // PAM takes no longer answer (PAM_MAX_RESP_SIZE), its end included.
    static constexpr std::size_t limit = 511;

    SecretLine() = default;
    SecretLine(const SecretLine&) = delete;
    SecretLine& operator=(const SecretLine&) = delete;
    ~SecretLine() { clear(); }

    // True: the line was ended by this byte.
    bool put(char byte);
    // The terminal has nothing more for now: an Escape that stands alone is the key, one before '['
    // or 'O' began the bytes of a function key.
    void pause();
    void clear();

    // Valid until the next call.
    [[nodiscard]] std::string_view text() const { return {bytes_.data(), used_}; }
    [[nodiscard]] bool empty() const { return used_ == 0; }

  private:
    enum class State { plain, escape, sequence, linux_function, one_more };

    bool plain(char byte);
    void continue_sequence(char byte);
    void take_back();
    void wipe_from(std::size_t place);

    std::array<char, limit> bytes_{};
    std::size_t used_ = 0;
    State state_ = State::plain;
};

}  // namespace vaktpost::curtain
