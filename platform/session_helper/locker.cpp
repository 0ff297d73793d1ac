// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/locker.h"

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <iterator>

#include "platform/session_helper/control_link.h"
#include "platform/session_helper/journal.h"
#include "platform/session_helper/locker_process.h"

namespace vaktpost::session_helper {

namespace {

// Milliseconds. A locker that takes longer has not covered the screen as far as anybody knows.
constexpr std::uint64_t start_deadline = 3000;

std::uint64_t now_ms() {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1000 +
           static_cast<std::uint64_t>(time.tv_nsec) / 1'000'000;
}

}  // namespace

Locker::Locker(sd_event* loop, UserBus& bus, ControlLink& link, UserEnvironment& environment,
               SaverWatch& savers)
    : loop_(loop),
      link_(link),
      inquiry_(loop, bus, environment, savers),
      environment_(environment),
      savers_(savers) {}

void Locker::begin(std::string_view session, Screen screen) {
    session_.assign(session);
    screen_ = screen;
    sd_event_source** source = foreign_;
    Cover survivors;
    remembered_locker(session, survivors);
    for (const pid_t pid : survivors)
        if (watch_foreign(pid, source++)) cover_.add(pid);
    wanted_ = !cover_.empty();
    if (cover_.empty()) forget_locker(session);
    tell_state();
}

void Locker::end() {
    forget_locker(session_.view());
    stop();
    session_.clear();
    wanted_ = false;
    ourselves_ = false;
    lifting_ = false;
    covering_savers_ = 0;
    cover_.clear();
    std::fill(std::begin(attempts_), std::end(attempts_), Attempt());
    limit_ = RestartLimit();
}

void Locker::stop() {
    inquiry_.stop();
    deadline_.stop();
    again_.stop();
    stop_watching_foreign();
}

void Locker::stop_watching_foreign() {
    for (auto& source : foreign_) source = sd_event_source_disable_unref(source);
}

void Locker::tell_state() {
    if (!lifting_)
        for (const pid_t pid : cover_) link_.send(covered_line(session_.view(), pid));
    if (covering_savers_ != 0) link_.send(saver_line("locked", session_.view()));
}

void Locker::lock() {
    wanted_ = true;
    if (lifting_) return;  // locked anew once the screen is free
    if (!cover_.empty()) return tell_state();
    // Under way already: what comes of it will be told.
    if (inquiry_.running() || deadline_.running()) return;
    inquire();
}

void Locker::lock_ourselves() {
    wanted_ = true;
    ourselves_ = true;
    if (lifting_) return;
    if (!cover_.empty()) return tell_state();
    if (deadline_.running()) return;
    inquire();
}

void Locker::inquire() {
    again_.stop();
    if (ourselves_)
        inquiry_.start_without_desktop(on_inquiry, this);
    else
        inquiry_.start(session_.view(), on_inquiry, this);
}

void Locker::on_inquiry(void* context, bool desktop_locked) {
    auto& self = *static_cast<Locker*>(context);
    if (!self.cover_.empty()) return;
    if (!desktop_locked) return self.attempt();
    self.wanted_ = false;  // the desktop's own locker has it
    self.tell_state();
}

void Locker::saver_changed() {
    inquiry_.saver_changed();
    const auto before = covering_savers_;
    covering_savers_ = savers_.saying_yes(session_.view());
    if ((before == 0) == (covering_savers_ == 0)) return;
    if (before == 0) {
        if (!ourselves_) wanted_ = false;
        return link_.send(saver_line("locked", session_.view()));
    }
    if ((before & ~savers_.saying_no(session_.view())) != 0) {
        // Not unlocked: the one that covered the screen is gone without a "no", and no other can
        // speak for it. The agent takes what was said on a connection that ends to be so.
        link_.renew();
        return lock_ourselves();
    }
    link_.send(saver_line("unlocked", session_.view()));
    give_up();
}

void Locker::give_up() {
    if (inquiry_.running()) return;  // asked to lock meanwhile
    wanted_ = !cover_.empty();
    ourselves_ = false;
    again_.stop();
}

void Locker::stand_down() {
    if (inquiry_.running()) return;
    give_up();
    if (cover_.empty()) return;
    wanted_ = false;
    lifting_ = true;
    take_off(cover_);
}

void Locker::attempt() {
    again_.stop();
    const auto& arguments = link_.lockers().of(screen_);
    const auto slot = std::find_if(std::begin(attempts_), std::end(attempts_),
                                   [](const Attempt& one) { return one.pid == 0; });
    if (arguments.empty()) return fail("no_locker");
    if (slot == std::end(attempts_)) return fail("deadline");
    if (!environment_.display.choose(screen_)) return fail("no_display");
    const pid_t pid = start_program(arguments, environment_.display.envp(), Group::shared);
    if (pid < 0) {
        warn("locker does not start", std::strerror(-pid));
        return fail("exec");
    }
    *slot = {pid, start_time(pid)};
    deadline_.start(loop_, start_deadline, on_deadline, this);
}

void Locker::on_deadline(void* context) {
    auto& self = *static_cast<Locker*>(context);
    // It is left alone and may yet succeed: a second one does no harm beside one that holds the
    // screen.
    if (self.cover_.empty()) self.fail("deadline");
}

void Locker::on_again(void* context) {
    auto& self = *static_cast<Locker*>(context);
    if (self.wanted_ && self.cover_.empty() && !self.deadline_.running()) self.inquire();
}

void Locker::child_ended(pid_t pid, bool exited, int status, const pid_t* known) {
    if (cover_.remove(pid)) return cover_ended(exited, status);
    for (auto& one : attempts_) {
        if (one.pid != pid) continue;
        const auto since = one.since;
        one = Attempt();
        return attempt_ended(since, exited, status, known);
    }
}

void Locker::cover_ended(bool exited, int status) {
    if (!exited && !lifting_) return uncovered("signal");
    if (status != 0 && !lifting_) return uncovered("status");
    if (!cover_.empty()) return;  // the others may hold the screen
    if (!lifting_) wanted_ = false;
    given_back();
}

void Locker::given_back() {
    lifting_ = false;
    forget_locker(session_.view());
    link_.send(uncovered_line(session_.view()));
    if (wanted_) return inquire();  // asked for while the screen was given back
    ourselves_ = false;
}

void Locker::attempt_ended(std::uint64_t since, bool exited, int status, const pid_t* known) {
    if (!cover_.empty())
        return;  // an earlier one that was slow, or could not get at a screen already covered
    deadline_.stop();
    if (!exited) return fail("signal");
    if (status != 0) return fail("status");
    find_left_behind(link_.lockers().of(screen_).program(), since, known, cover_);
    if (cover_.empty()) return fail("gone");
    covered();
}

void Locker::covered() {
    wanted_ = true;
    again_.stop();
    inquiry_.stop();
    limit_.started();
    tell_state();
    if (!remember_locker(session_.view(), cover_))
        warn("locker not remembered", "no place in XDG_RUNTIME_DIR");
}

// The screen may be open now: no time for the inquiry, whose answer was that it is up to us.
void Locker::uncovered(const char* cause) {
    cover_.clear();
    stop_watching_foreign();
    forget_locker(session_.view());
    const auto delay = limit_.after_death(now_ms());
    link_.send(failure_line(session_.view(), cause));
    if (delay == 0) return attempt();
    again_.start(loop_, delay, on_again, this);
}

void Locker::fail(const char* cause) {
    link_.send(failure_line(session_.view(), cause));
    again_.start(loop_, limit_.after_failed_start(), on_again, this);
}

bool Locker::watch_foreign(pid_t pid, sd_event_source** source) {
    const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (fd < 0) return false;
    if (sd_event_add_io(loop_, source, fd, EPOLLIN, on_foreign_end, this) < 0) {
        close(fd);
        return false;
    }
    sd_event_source_set_io_fd_own(*source, 1);
    return true;
}

// How it ended cannot be known of a process that is not our child. An unlock is only one of the
// ways, so the screen is locked again: once too often after a crash of ours is the safe side.
int Locker::on_foreign_end(sd_event_source*, int, unsigned, void* context) {
    auto& self = *static_cast<Locker*>(context);
    if (!self.lifting_) {
        self.uncovered("unknown");
    } else {
        self.cover_.clear();
        self.stop_watching_foreign();
        self.given_back();
    }
    return 0;
}

unsigned Locker::processes(pid_t* into) const {
    unsigned count = 0;
    for (const auto& one : attempts_)
        if (one.pid != 0) into[count++] = one.pid;
    for (const pid_t pid : cover_) into[count++] = pid;
    return count;
}

}  // namespace vaktpost::session_helper
