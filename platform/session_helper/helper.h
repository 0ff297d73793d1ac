// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>
#include <systemd/sd-event.h>

#include <cstddef>
#include <string_view>
#include <utility>

#include "platform/session_helper/control_link.h"
#include "platform/session_helper/lock_check.h"
#include "platform/session_helper/locker.h"
#include "platform/session_helper/logind_watch.h"
#include "platform/session_helper/notices.h"
#include "platform/session_helper/saver_watch.h"
#include "platform/session_helper/sign_out.h"
#include "platform/session_helper/user_bus.h"
#include "platform/session_helper/user_environment.h"

namespace vaktpost::session_helper {

// Puts the parts together: for each graphical session of this user a connection to the agent, a
// locker and what runs its sign-out command.
class Helper {
  public:
    Helper(sd_event* loop, const char* control_socket);
    void start();

    // Takes the status of every child that has ended.
    void reap();

  private:
    static constexpr unsigned most = LogindWatch::most_sessions;

    struct Guarded {
        Helper& helper;
        ControlLink link;
        Locker locker;
        SignOut sign_out;
        const char* means_told = nullptr;  // to the agent, by this connection
        bool saver_present = false;

        Guarded(Helper& owner, sd_event* loop, const char* control_socket,
                ControlLink::Buffer& buffer);
    };

    template <std::size_t... index>
    Helper(sd_event* loop, const char* control_socket, std::index_sequence<index...>);

    static void on_present(void* self, std::string_view session, Screen screen);
    static void on_gone(void* self, std::string_view session);
    static void on_lock(void* self, std::string_view session);
    static void on_registered(void* guarded);
    static void on_said(void* guarded, LineKind kind, const AgentLine& line);
    static void on_saver_changed(void* self);
    static bool on_look(void* self, bool patient);
    static bool is_locked(void* self, std::string_view session);
    static void on_hold(void* self, std::string_view session, std::string_view reason);
    Guarded* find(std::string_view session);
    void begin(Guarded& session, std::string_view id, Screen screen);
    void sign_out(Guarded& session, const Arguments& command);
    const char* means_of(const Locker& locker);
    void sessions_changed();
    void child_ended(pid_t pid, bool exited, int status);

    UserBus bus_;
    UserEnvironment environment_;
    SaverWatch savers_;
    LockCheck check_;
    Notices notices_;
    Lockers locker_programs_;
    ControlLink::Buffer
        buffers_[most];  // not among the rest: what no session needs stays untouched
    Guarded sessions_[most];
    LogindWatch logind_;
};

}  // namespace vaktpost::session_helper
