// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/sign_out.h"

#include <csignal>
#include <cstdint>
#include <cstring>

#include "platform/session_helper/control_link.h"
#include "platform/session_helper/journal.h"
#include "platform/session_helper/locker_process.h"

namespace vaktpost::session_helper {

namespace {

// Milliseconds.
constexpr std::uint64_t time_to_end = 10'000;
constexpr std::uint64_t time_to_die = 2'000;

}  // namespace

void SignOut::run(std::string_view session, const Arguments& command, char* const* environment) {
    if (pid_ != 0) return;
    session_.assign(session);
    if (command.empty()) return tell("exec");
    const pid_t pid = start_program(command, environment, Group::own);
    if (pid < 0) {
        warn("sign-out command does not start", std::strerror(-pid));
        return tell("exec");
    }
    pid_ = pid;
    late_ = false;
    deadline_.start(loop_, time_to_end, on_deadline, this);
}

void SignOut::on_deadline(void* context) {
    auto& self = *static_cast<SignOut*>(context);
    kill(-self.pid_, self.late_ ? SIGKILL : SIGTERM);
    if (self.late_) {
        self.pid_ = 0;  // a process may outlive even that for a while: nobody waits for it
        return self.tell("deadline");
    }
    self.late_ = true;
    self.deadline_.start(self.loop_, time_to_die, on_deadline, &self);
}

void SignOut::child_ended(pid_t pid, bool exited, int status) {
    if (pid != pid_) return;
    if (late_) kill(-pid_, SIGKILL);  // what is left of its group
    pid_ = 0;
    deadline_.stop();
    if (late_) return tell("deadline");
    if (!exited) return tell("signal");
    tell(status != 0 ? "status" : nullptr);
}

void SignOut::end() {
    deadline_.stop();
    pid_ = 0;
}

void SignOut::tell(const char* cause) {
    link_.send(signed_out_line(session_.view(), cause));
}

}  // namespace vaktpost::session_helper
