// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>
#include <systemd/sd-event.h>

#include "platform/session_helper/cover.h"
#include "platform/session_helper/lock_inquiry.h"
#include "platform/session_helper/protocol.h"
#include "platform/session_helper/restart_limit.h"
#include "platform/session_helper/saver_watch.h"
#include "platform/session_helper/timer.h"
#include "platform/session_helper/user_environment.h"

namespace vaktpost::session_helper {

class ControlLink;

// The locker of one session: starts it when logind says Lock and the desktop does not lock itself,
// or when the agent says so, watches it, and starts it again when it goes in any way but with
// status 0, which is its word that the password was given. It tells the agent what is so: "locked"
// only while a locker covers the screen, "locker_failed" when one does not or no longer.
//
// A locker has to return with status 0 when the screen is covered and leave a process behind
// (swaylock -f, i3lock). That process becomes our child, since we are its subreaper.
//
// It never ends a locker by itself, not even one that hangs: on some desktops a dead locker is an
// open screen. Only when the agent says that the password was given elsewhere it takes the locker
// off the screen. Nor does it set LockedHint, so that the hint stays a witness of its own.
class Locker {
  public:
    Locker(sd_event* loop, UserBus& bus, ControlLink& link, UserEnvironment& environment,
           SaverWatch& savers);
    Locker(const Locker&) = delete;
    Locker& operator=(const Locker&) = delete;
    ~Locker() { stop(); }

    // Takes up the locker that an earlier run of ours left covering the screen, if it still does.
    void begin(std::string_view session, Screen screen);
    // The session has gone. Its processes are left alone.
    void end();
    void lock();
    // Ours, whatever the desktop says.
    void lock_ourselves();
    // The password was given somewhere else: what covers the screen is taken off it, and no attempt
    // of ours may take the desktop away later.
    void stand_down();
    void tell_state();
    void set_screen(Screen screen) { screen_ = screen; }
    // A screen saver that is gone while it covered the screen leaves it open: then ours runs. One
    // that only is slow to answer is not gone.
    void saver_changed();

    [[nodiscard]] Screen screen() const { return screen_; }
    [[nodiscard]] bool covers() const { return !cover_.empty(); }

    // `status` as waitid(2) gives it; exited: by itself, else by a signal. `known`: the processes
    // of all lockers, ended by 0.
    void child_ended(pid_t pid, bool exited, int status, const pid_t* known);

    [[nodiscard]] const SessionId& session() const { return session_; }
    [[nodiscard]] bool in_use() const { return !session_.empty(); }

    static constexpr unsigned most_processes = 4 + Cover::most;
    // The processes it knows of; returns how many it wrote.
    unsigned processes(pid_t* into) const;

  private:
    static constexpr unsigned most_attempts = 4;
    // A locker that was started and has not come back yet, perhaps past its deadline.
    struct Attempt {
        pid_t pid = 0;            // 0: free
        std::uint64_t since = 0;  // as start_time() says
    };

    static void on_inquiry(void* self, bool desktop_locked);
    static void on_deadline(void* self);
    static void on_again(void* self);
    static int on_foreign_end(sd_event_source* source, int fd, unsigned events, void* self);
    void stop();
    void inquire();
    void give_up();
    void attempt();
    void attempt_ended(std::uint64_t since, bool exited, int status, const pid_t* known);
    void cover_ended(bool exited, int status);
    void covered();
    void given_back();
    void uncovered(const char* cause);
    void stop_watching_foreign();
    void fail(const char* cause);
    bool watch_foreign(pid_t pid, sd_event_source** source);

    sd_event* loop_;
    ControlLink& link_;
    LockInquiry inquiry_;
    UserEnvironment& environment_;  // of the user, shared by all lockers
    SaverWatch& savers_;            // likewise
    RestartLimit limit_;
    Timer deadline_;  // of the newest attempt
    Timer again_;
    SessionId session_;
    Screen screen_ = Screen::wayland;
    bool wanted_ = false;     // from Lock until the password was given
    bool ourselves_ = false;  // wanted whatever the desktop says
    bool lifting_ = false;    // what covers the screen was told to go: it vouches for nothing
    // Those that cover the screen; the agent was told so. 0: none, and it was told nothing.
    SaverWatch::Savers covering_savers_ = 0;
    Cover cover_;
    sd_event_source* foreign_[Cover::most] = {};  // watch its processes when they are no children
    Attempt attempts_[most_attempts];
};

}  // namespace vaktpost::session_helper
