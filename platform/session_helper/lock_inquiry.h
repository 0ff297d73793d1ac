// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "platform/session_helper/saver_watch.h"
#include "platform/session_helper/text.h"
#include "platform/session_helper/timer.h"
#include "platform/session_helper/user_environment.h"

namespace vaktpost::session_helper {

// Finds out, before a locker is started, whether the desktop has locked itself.
//
// A desktop with a screen saver obeys logind's Lock by itself and gets a second to do so. It has
// locked if the screen saver's GetActive says so. LockedHint is not asked: any program of the user
// may set it.
//
// Failure direction: a bus or a screen saver that does not answer within half a second is a desktop
// without a locker, and ours runs.
class LockInquiry {
  public:
    using Answer = void (*)(void* context, bool desktop_locked);

    LockInquiry(sd_event* loop, UserBus& bus, UserEnvironment& environment, SaverWatch& savers)
        : loop_(loop), savers_(savers), question_(bus, environment) {}
    LockInquiry(const LockInquiry&) = delete;
    LockInquiry& operator=(const LockInquiry&) = delete;
    ~LockInquiry() { stop(); }

    // The answer comes once, maybe at once. What the user manager says about the screen is fresh
    // then.
    void start(std::string_view session, Answer answer, void* context);
    // The same, but the desktop is not asked: the answer is that it has not locked itself.
    void start_without_desktop(Answer answer, void* context);
    void stop();
    [[nodiscard]] bool running() const { return phase_ != Phase::idle; }

    // What the screen saver says may have changed.
    void saver_changed();

  private:
    enum class Phase {
        idle,
        environment,  // waits for the user manager alone
        presence,     // waits for it and for the screen saver's first answer
        patience,     // the desktop's second
        state,        // waits for the screen saver's last answer
    };

    static void on_environment(void* self);
    static void on_timer(void* self);
    void begin(Phase phase, Answer answer, void* context);
    void environment_done();
    void presence_done();
    [[nodiscard]] bool desktop_locked() const;
    void finish(bool desktop_locked);

    sd_event* loop_;
    SaverWatch& savers_;
    EnvironmentQuestion question_;
    Timer timer_;
    SessionId session_;
    Answer answer_ = nullptr;
    void* context_ = nullptr;
    Phase phase_ = Phase::idle;
};

}  // namespace vaktpost::session_helper
