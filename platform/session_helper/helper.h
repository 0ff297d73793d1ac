// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>
#include <systemd/sd-event.h>

#include <cstddef>
#include <string_view>
#include <utility>

#include "platform/session_helper/control_link.h"
#include "platform/session_helper/locker.h"
#include "platform/session_helper/logind_watch.h"
#include "platform/session_helper/notices.h"
#include "platform/session_helper/user_bus.h"

namespace vaktpost::session_helper {

// Puts the parts together: one locker for each graphical session of this user.
class Helper {
  public:
    Helper(sd_event* loop, const char* control_socket);
    void start();

    // Takes the status of every child that has ended.
    void reap();

  private:
    static constexpr unsigned most = LogindWatch::most_sessions;

    template <std::size_t... index>
    Helper(sd_event* loop, const char* control_socket, std::index_sequence<index...>)
        : bus_(loop),
          link_(loop, control_socket),
          notices_(bus_),
          lockers_{((void)index, Locker(loop, bus_, link_, environment_))...},
          logind_(loop, {on_present, on_gone, on_lock, this}) {}

    static void on_present(void* self, std::string_view session, Screen screen, bool locked_hint);
    static void on_gone(void* self, std::string_view session);
    static void on_lock(void* self, std::string_view session);
    static void on_connected(void* self);
    static void on_notice(void* self, const NoticeText& notice);
    Locker* find(std::string_view session);

    UserBus bus_;
    ControlLink link_;
    Notices notices_;
    DisplayEnvironment environment_;
    Locker lockers_[most];
    LogindWatch logind_;
};

}  // namespace vaktpost::session_helper
