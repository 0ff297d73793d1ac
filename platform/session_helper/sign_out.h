// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>
#include <systemd/sd-event.h>

#include <string_view>

#include "platform/session_helper/protocol.h"
#include "platform/session_helper/timer.h"

namespace vaktpost::session_helper {

class ControlLink;

// The sign-out command of a shared account in one session, without a shell: the one the agent
// sends, which only the policy names. It has ten seconds; then its process group is asked to end,
// and two seconds later it is ended. The agent is told once what became of it. A second order
// while one runs is the same order.
class SignOut {
  public:
    SignOut(sd_event* loop, ControlLink& link) : loop_(loop), link_(link) {}
    SignOut(const SignOut&) = delete;
    SignOut& operator=(const SignOut&) = delete;

    void run(std::string_view session, const Arguments& command, char* const* environment);
    // `exited`: by itself, else by a signal.
    void child_ended(pid_t pid, bool exited, int status);
    // The session has gone. What runs is left to logind.
    void end();

    [[nodiscard]] pid_t process() const { return pid_; }  // 0: none

  private:
    static void on_deadline(void* self);
    void tell(const char* cause);

    sd_event* loop_;
    ControlLink& link_;
    Timer deadline_;
    SessionId session_;
    pid_t pid_ = 0;
    bool late_ = false;
};

}  // namespace vaktpost::session_helper
