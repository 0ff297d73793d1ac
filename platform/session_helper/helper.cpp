// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/helper.h"

#include <sys/wait.h>

#include "platform/session_helper/journal.h"
#include "platform/session_helper/locker_process.h"

namespace vaktpost::session_helper {

Helper::Guarded::Guarded(Helper& owner, sd_event* loop, const char* control_socket,
                         ControlLink::Buffer& buffer)
    : helper(owner),
      link(loop, control_socket, owner.locker_programs_, buffer),
      locker(loop, owner.bus_, link, owner.environment_, owner.savers_),
      sign_out(loop, link) {}

template <std::size_t... index>
Helper::Helper(sd_event* loop, const char* control_socket, std::index_sequence<index...>)
    : bus_(loop),
      savers_(loop, bus_, on_saver_changed, this),
      check_(loop, bus_, environment_, on_look, this),
      notices_(loop, bus_, environment_, {is_locked, on_hold, this}),
      sessions_{Guarded(*this, loop, control_socket, buffers_[index])...},
      logind_(loop, {on_present, on_gone, on_lock, this}) {}

Helper::Helper(sd_event* loop, const char* control_socket)
    : Helper(loop, control_socket, std::make_index_sequence<most>()) {}

void Helper::start() {
    environment_.language.begin();
    logind_.start();
}

Helper::Guarded* Helper::find(std::string_view session) {
    for (auto& one : sessions_)
        if (one.locker.session().view() == session) return &one;
    return nullptr;
}

void Helper::on_present(void* context, std::string_view session, Screen screen) {
    auto& self = *static_cast<Helper*>(context);
    if (Guarded* known = self.find(session)) {
        if (known->locker.screen() == screen) return;
        known->locker.set_screen(screen);
        return self.check_.begin();
    }
    // As many are kept as of logind's sessions.
    if (Guarded* free = self.find({})) self.begin(*free, session, screen);
}

void Helper::begin(Guarded& session, std::string_view id, Screen screen) {
    session.locker.begin(id, screen);
    savers_.start();
    sessions_changed();
    session.link.start(id, {on_registered, on_said, &session});
}

void Helper::on_gone(void* context, std::string_view session) {
    auto& self = *static_cast<Helper*>(context);
    Guarded* gone = self.find(session);
    if (gone == nullptr) return;
    gone->link.stop();
    gone->locker.end();
    gone->sign_out.end();
    gone->means_told = nullptr;
    gone->saver_present = false;
    self.savers_.forget(session);
    self.sessions_changed();
}

void Helper::sessions_changed() {
    const Guarded* only = nullptr;
    unsigned count = 0;
    for (const auto& one : sessions_) {
        if (!one.locker.in_use()) continue;
        only = &one;
        ++count;
    }
    savers_.set_only_session(count == 1 ? only->locker.session().view() : std::string_view());
    if (count == 0) return check_.stop();
    on_saver_changed(this);
}

void Helper::on_lock(void* context, std::string_view session) {
    if (Guarded* one = static_cast<Helper*>(context)->find(session)) one->locker.lock();
}

void Helper::on_registered(void* context) {
    auto& session = *static_cast<Guarded*>(context);
    session.means_told = nullptr;
    session.locker.tell_state();
    session.helper.check_.begin();
}

void Helper::on_said(void* context, LineKind kind, const AgentLine& line) {
    auto& session = *static_cast<Guarded*>(context);
    const auto own = session.locker.session().view();
    if (kind == LineKind::notice) {
        NoticeText notice = line.notice;
        if (notice.session.empty()) notice.session.assign(own);
        if (notice.session.view() == own) session.helper.notices_.show(notice);
        return;
    }
    if (line.session.view() != own) return warn("control socket", "an order for another session");
    if (kind == LineKind::lock) return session.locker.lock_ourselves();
    if (kind == LineKind::stand_down) return session.locker.stand_down();
    session.helper.sign_out(session, line.command);
}

void Helper::sign_out(Guarded& session, const Arguments& command) {
    // A command that needs no screen runs without one, too.
    static_cast<void>(environment_.display.choose(session.locker.screen()));
    session.sign_out.run(session.locker.session().view(), command, environment_.display.envp());
}

bool Helper::is_locked(void* context, std::string_view session) {
    auto& self = *static_cast<Helper*>(context);
    const Guarded* one = self.find(session);
    return one != nullptr && (one->locker.covers() || self.savers_.active(session));
}

void Helper::on_hold(void* context, std::string_view session, std::string_view reason) {
    Guarded* one = static_cast<Helper*>(context)->find(session);
    if (one != nullptr) one->link.send(hold_line(session, reason));
}

void Helper::on_saver_changed(void* context) {
    auto& self = *static_cast<Helper*>(context);
    bool changed = false;
    for (auto& one : self.sessions_) {
        if (!one.locker.in_use()) continue;
        one.locker.saver_changed();
        const bool present = self.savers_.present(one.locker.session().view());
        changed = changed || present != one.saver_present;
        one.saver_present = present;
    }
    if (changed) self.check_.begin();
}

// The words of core::LockMeans.
const char* Helper::means_of(const Locker& locker) {
    if (savers_.present(locker.session().view())) return "desktop";
    const auto& arguments = locker_programs_.of(locker.screen());
    const bool ours = !arguments.empty() && is_installed(arguments.program()) &&
                      environment_.display.choose(locker.screen());
    return ours ? "locker" : "none";
}

bool Helper::on_look(void* context, bool patient) {
    auto& self = *static_cast<Helper*>(context);
    bool all = true;
    for (auto& one : self.sessions_) {
        if (!one.locker.in_use() || !one.link.registered()) continue;
        const std::string_view means = self.means_of(one.locker);
        const bool none = means == "none";
        all = all && !none;
        if ((none && patient) || (one.means_told != nullptr && means == one.means_told)) continue;
        one.means_told = means.data();
        one.link.send(checked_line(one.locker.session().view(), means.data()));
    }
    return all;
}

void Helper::reap() {
    for (;;) {
        siginfo_t info{};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) return;
        child_ended(info.si_pid, info.si_code == CLD_EXITED, info.si_status);
    }
}

void Helper::child_ended(pid_t pid, bool exited, int status) {
    pid_t known[most * (Locker::most_processes + 1) + 1] = {};
    unsigned count = 0;
    for (const auto& one : sessions_) {
        count += one.locker.processes(known + count);
        if (one.sign_out.process() != 0) known[count++] = one.sign_out.process();
    }
    for (auto& one : sessions_) {
        if (!one.locker.in_use()) continue;
        one.locker.child_ended(pid, exited, status, known);
        one.sign_out.child_ended(pid, exited, status);
    }
}

}  // namespace vaktpost::session_helper
