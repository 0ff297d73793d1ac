// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "platform/curtain/page.h"
#include "platform/curtain/password_check.h"
#include "platform/curtain/secret_line.h"

namespace vaktpost::curtain {

// How the prompt's process says that the password was given. Not 0: a login module that calls
// exit(0) must not lift the curtain.
inline constexpr int granted_status = 42;
// … and that somebody else wants to log in beside that user.
inline constexpr int next_person_status = 43;

// Asks for one user's password on a raw terminal until it is given. In a process of its own, since
// PAM's modules wait as long as they like and are not ours.
//
// Tab ends the process with next_person_status, in the middle of whatever PAM's modules are doing:
// the delay that they put behind a wrong password is not for the next person.
//
// After a minute without a key what was typed is forgotten and the screen goes dark; the next key
// lights it and is not taken for part of the password.
class Prompt final : private Conversation {
  public:
    static constexpr std::chrono::milliseconds dark_after{60'000};

    // `terminal` stays the caller's.
    Prompt(int terminal, uid_t user, PamService service = {},
           std::chrono::milliseconds idle = dark_after);
    Prompt(const Prompt&) = delete;
    Prompt& operator=(const Prompt&) = delete;
    ~Prompt() override;

    // granted_status, or 1 when the terminal has gone.
    int run();

  private:
    std::optional<std::string_view> ask(std::string_view question) override;
    void tell(std::string_view message) override;

    Verdict attempt();
    bool wait_for_enter();
    bool take_line();
    bool read_keys(bool even_empty, bool& ended);
    [[noreturn]] void make_way();
    void rest();
    void show();

    int terminal_;
    uid_t user_;
    PamService service_;
    std::chrono::milliseconds idle_;
    SecretLine line_;
    Page page_;
    bool asked_ = false;  // in this attempt
    bool dark_ = false;
    bool gone_ = false;  // the terminal
};

}  // namespace vaktpost::curtain
