// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>
#include <systemd/sd-event.h>

#include "platform/session_helper/display_environment.h"
#include "platform/session_helper/lock_inquiry.h"
#include "platform/session_helper/protocol.h"
#include "platform/session_helper/restart_limit.h"
#include "platform/session_helper/timer.h"

namespace vaktpost::session_helper {

class ControlLink;

// The locker of one session: starts it when logind says Lock and the desktop does not lock itself,
// watches it, and starts it again when it goes in any way but with status 0, which is its word that
// the password was given. It tells the agent what is so: "locked" only while a locker covers the
// screen, "locker_failed" when one does not or no longer.
//
// A locker has to return with status 0 when the screen is covered and leave a process behind
// (swaylock -f, i3lock). That process becomes our child, since we are its subreaper.
//
// It never ends a locker, not even one that hangs: on some desktops a dead locker is an open
// screen. Nor does it set LockedHint, so that the hint stays a witness of its own.
class Locker {
  public:
    Locker(sd_event* loop, UserBus& bus, ControlLink& link, DisplayEnvironment& environment);
    Locker(const Locker&) = delete;
    Locker& operator=(const Locker&) = delete;
    ~Locker() { stop(); }

    // Takes up the locker that an earlier run of ours left covering the screen, if it still does.
    void begin(std::string_view session, Screen screen);
    // The session has gone. Its processes are left alone.
    void end();
    void lock();
    void tell_state();
    void set_screen(Screen screen) { screen_ = screen; }
    void set_locked_hint(bool hint) { inquiry_.locked_hint = hint; }

    // `status` as waitid(2) gives it; exited: by itself, else by a signal. `known`: the processes
    // of all lockers, ended by 0.
    void child_ended(pid_t pid, bool exited, int status, const pid_t* known);

    [[nodiscard]] const SessionId& session() const { return session_; }
    [[nodiscard]] bool in_use() const { return !session_.empty(); }

    static constexpr unsigned most_processes = 5;
    // The processes it knows of; returns how many it wrote.
    unsigned processes(pid_t* into) const;

  private:
    static constexpr unsigned most_attempts = 4;

    static void on_inquiry(void* self, bool desktop_locked);
    static void on_deadline(void* self);
    static void on_again(void* self);
    static int on_foreign_end(sd_event_source* source, int fd, unsigned events, void* self);
    void stop();
    void inquire();
    void attempt();
    void attempt_ended(bool exited, int status, const pid_t* known);
    void covered_by(pid_t pid);
    void uncovered(const char* cause);
    void fail(const char* cause);
    bool watch_foreign(pid_t pid);

    sd_event* loop_;
    ControlLink& link_;
    LockInquiry inquiry_;
    DisplayEnvironment& environment_;  // of the user, shared by all lockers
    RestartLimit limit_;
    Timer deadline_;  // of the newest attempt
    Timer again_;
    SessionId session_;
    Screen screen_ = Screen::wayland;
    bool wanted_ = false;                 // from Lock until the password was given
    pid_t cover_ = 0;                     // the process that covers the screen; 0: none known
    sd_event_source* foreign_ = nullptr;  // watches it when it is no child of ours
    pid_t attempts_[most_attempts] = {};  // started and not yet back, those past their deadline too
};

}  // namespace vaktpost::session_helper
