// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>

#include "platform/session_helper/display_environment.h"
#include "platform/session_helper/timer.h"
#include "platform/session_helper/user_bus.h"

namespace vaktpost::session_helper {

// Asks the user's bus, before a locker is started, whether the desktop has locked itself.
//
// A desktop has a locker of its own if somebody owns a screen saver's name on the user's bus: no
// table of desktops can go out of date, and sway, i3 and the like have none. Such a desktop obeys
// logind's Lock by itself and gets a second to do so. It counts as locked if the session's
// LockedHint or the screen saver's GetActive says so; else we lock, since a name may be owned by a
// program that only keeps the screen awake.
//
// Failure direction: a bus that does not answer within half a second is a desktop without a locker,
// and ours runs.
class LockInquiry {
  public:
    using Answer = void (*)(void* context, bool desktop_locked);

    LockInquiry(sd_event* loop, UserBus& bus) : loop_(loop), bus_(bus) {}
    LockInquiry(const LockInquiry&) = delete;
    LockInquiry& operator=(const LockInquiry&) = delete;
    ~LockInquiry() { stop(); }

    // The answer comes later, once. What the user manager says about the screen goes into
    // `environment`.
    void start(DisplayEnvironment& environment, Answer answer, void* context);
    void stop();
    [[nodiscard]] bool running() const { return running_; }

    // logind's LockedHint of the session, kept up to date by its owner.
    bool locked_hint = false;

  private:
    static constexpr unsigned most_savers = 5;
    enum class Phase { names, patience, state };

    static int on_names(sd_bus_message* reply, void* self, sd_bus_error* error);
    static int on_environment(sd_bus_message* reply, void* self, sd_bus_error* error);
    static int on_state(sd_bus_message* reply, void* self, sd_bus_error* error);
    static void on_timer(void* self);
    void answered();
    void next_phase();
    void ask_savers();
    void finish(bool desktop_locked);
    void drop_calls();

    sd_event* loop_;
    UserBus& bus_;
    Timer timer_;
    DisplayEnvironment* environment_ = nullptr;
    Answer answer_ = nullptr;
    void* context_ = nullptr;
    sd_bus_slot* calls_[most_savers] = {};
    unsigned waiting_ = 0;  // answers
    unsigned savers_ = 0;   // bits of the table in the source: names that have an owner
    Phase phase_ = Phase::names;
    bool running_ = false;
};

}  // namespace vaktpost::session_helper
