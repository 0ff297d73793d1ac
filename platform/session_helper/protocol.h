// SPDX-License-Identifier: GPL-3.0-or-later
// What is said on /run/vaktpost/control.sock: one JSON object per line (agent/control/README.md).
#pragma once

#include <cstddef>
#include <string_view>

#include "platform/session_helper/text.h"

namespace vaktpost::session_helper {

inline constexpr std::size_t line_limit = 4096;  // bytes, newline included

// The kind of screen a session has; each has its own locker.
enum class Screen { wayland, x11 };

// A program and its arguments, as execve(2) takes them. Empty: none.
class Arguments {
  public:
    // False, and empty, when it does not fit: part of a command is another command.
    bool add(std::string_view argument);
    void clear();
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] char* const* argv() const { return argv_; }  // ends with a null pointer
    [[nodiscard]] const char* program() const { return argv_[0]; }

    Arguments() = default;
    Arguments(const Arguments&) = delete;  // argv_ points into bytes_
    Arguments& operator=(const Arguments&) = delete;

  private:
    static constexpr std::size_t most_arguments = 32;
    char bytes_[2048] = {};
    char* argv_[most_arguments + 1] = {};
    std::size_t used_ = 0;
    std::size_t count_ = 0;
};

struct Lockers {
    Arguments wayland;
    Arguments x11;
    [[nodiscard]] const Arguments& of(Screen screen) const {
        return screen == Screen::wayland ? wayland : x11;
    }
};

struct NoticeText {
    Text<32> notice;  // a word of core::Notice
    Text<16> code;    // letters and digits; empty: none
    unsigned seconds = 0;
};

enum class LineKind { accepted, refused, notice, unknown };

// Takes one line of the agent's. Lockers in it replace those in `lockers`; a notice is put into
// `notice`. Anything malformed is unknown and changes nothing.
LineKind read_line(std::string_view line, Lockers& lockers, NoticeText& notice);

using Line = Text<256>;
Line session_line(std::string_view session);
Line state_line(const char* op, std::string_view session);  // op: "locked" or "unlocked"
Line failure_line(std::string_view session, const char* cause);

// logind's ids are letters and digits, so they need no escaping anywhere; anything else is not
// taken for one.
bool valid_session_id(std::string_view id);

}  // namespace vaktpost::session_helper
