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
    Text<32> notice;    // a word of core::Notice
    SessionId session;  // empty: the agent named none
    Text<16> code;      // letters and digits; empty: none
    Text<33> hold;      // reason of the button that keeps the screen open; empty: no button
    unsigned seconds = 0;
};

enum class LineKind {
    registered,  // an answer that names the lockers
    accepted,
    refused,
    notice,
    lock,        // start our locker in `session`, whatever the desktop says
    stand_down,  // the user has `session` again: what has not covered the screen yet is not needed
    sign_out,    // run `command` in `session`; empty: it does not fit
    unknown,
};

struct AgentLine {
    NoticeText notice;
    SessionId session;
    Arguments command;
};

// Takes one line of the agent's. Lockers in it replace those in `lockers`; the rest is put into
// `into`. Anything malformed is unknown and changes no locker.
LineKind read_line(std::string_view line, Lockers& lockers, AgentLine& into);

using Line = Text<256>;
Line session_line(std::string_view session);
Line covered_line(std::string_view session, int pid);       // by our locker's process
Line uncovered_line(std::string_view session);              // the password was given to our locker
Line saver_line(const char* op, std::string_view session);  // op: "locked" or "unlocked"
Line failure_line(std::string_view session, const char* cause);
Line checked_line(std::string_view session, const char* means);
Line signed_out_line(std::string_view session, const char* cause);  // null: it went well
Line hold_line(std::string_view session, std::string_view reason);

// logind's ids are letters and digits, so they need no escaping anywhere; anything else is not
// taken for one.
bool valid_session_id(std::string_view id);

}  // namespace vaktpost::session_helper
