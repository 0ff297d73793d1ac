// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/helper.h"

#include <sys/wait.h>

namespace vaktpost::session_helper {

Helper::Helper(sd_event* loop, const char* control_socket)
    : Helper(loop, control_socket, std::make_index_sequence<most>()) {}

void Helper::start() {
    logind_.start();
}

Locker* Helper::find(std::string_view session) {
    for (auto& locker : lockers_)
        if (locker.session().view() == session) return &locker;
    return nullptr;
}

void Helper::on_present(void* context, std::string_view session, Screen screen, bool locked_hint) {
    auto& self = *static_cast<Helper*>(context);
    Locker* locker = self.find(session);
    const bool known = locker != nullptr;
    if (!known) locker = self.find({});
    if (locker == nullptr) return;  // as many lockers as sessions are kept
    locker->set_locked_hint(locked_hint);
    if (known) return locker->set_screen(screen);
    self.link_.send(session_line(session));
    locker->begin(session, screen);
    // A user without a graphical session needs no connection.
    self.link_.start({on_connected, on_notice, &self});
}

void Helper::on_gone(void* context, std::string_view session) {
    if (Locker* locker = static_cast<Helper*>(context)->find(session)) locker->end();
}

void Helper::on_lock(void* context, std::string_view session) {
    if (Locker* locker = static_cast<Helper*>(context)->find(session)) locker->lock();
}

void Helper::on_connected(void* context) {
    auto& self = *static_cast<Helper*>(context);
    for (auto& locker : self.lockers_) {
        if (!locker.in_use()) continue;
        self.link_.send(session_line(locker.session().view()));
        locker.tell_state();
    }
}

void Helper::on_notice(void* context, const NoticeText& notice) {
    static_cast<Helper*>(context)->notices_.show(notice);
}

void Helper::reap() {
    for (;;) {
        siginfo_t info{};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) return;
        pid_t known[most * Locker::most_processes + 1] = {};
        unsigned count = 0;
        for (const auto& locker : lockers_) count += locker.processes(known + count);
        for (auto& locker : lockers_)
            if (locker.in_use())
                locker.child_ended(info.si_pid, info.si_code == CLD_EXITED, info.si_status, known);
    }
}

}  // namespace vaktpost::session_helper
