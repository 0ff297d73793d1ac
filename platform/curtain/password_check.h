// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vaktpost::curtain {

// Which rules decide: a file of that name in /etc/pam.d, or in `folder` where one is given.
struct PamService {
    std::string name = "vaktpost-curtain";
    std::string folder;
};

// Who sits in front of the screen.
class Conversation {
  public:
    virtual ~Conversation() = default;
    // The answer, never shown; valid until the next call. Nothing: there is nobody to ask any more.
    virtual std::optional<std::string_view> ask(std::string_view question) = 0;
    virtual void tell(std::string_view message) = 0;
};

enum class Verdict {
    granted,
    wrong,        // not the password
    refused,      // the account may not be used
    unavailable,  // nobody could tell
};

// Asks PAM (pam(3)) whether that account's owner is here; waits as long as that takes, the delay
// after a wrong password included. A password that is right and has expired is granted: its owner
// is logged in already, and cannot change it on this screen. Throws nothing.
Verdict check_password(const PamService& service, const std::string& account,
                       const std::string& terminal, Conversation& conversation);

}  // namespace vaktpost::curtain
