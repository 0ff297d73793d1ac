// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <cstdint>
#include <string_view>

#include "platform/session_helper/notice_words.h"
#include "platform/session_helper/notification.h"
#include "platform/session_helper/protocol.h"
#include "platform/session_helper/timer.h"
#include "platform/session_helper/user_bus.h"
#include "platform/session_helper/user_environment.h"

namespace vaktpost::session_helper {

// Shows the agent's notices, in the language that the desktop has at that time. Countdowns tell the
// seconds that are left, every fifth and each of the last five; timers run only meanwhile. Nothing
// is shown in a session that is locked as far as we know, and its countdowns are taken away.
class Notices {
  public:
    struct Handlers {
        bool (*is_locked)(void* context, std::string_view session);
        // The button was pressed.
        void (*hold)(void* context, std::string_view session, std::string_view reason);
        void* context;
    };

    Notices(sd_event* loop, UserBus& bus, UserEnvironment& environment, const Handlers& handlers);
    Notices(const Notices&) = delete;
    Notices& operator=(const Notices&) = delete;
    ~Notices() { stop_listening(); }

    void show(const NoticeText& notice);

  private:
    struct Banner {
        Notices* notices = nullptr;
        const NoticeWords* words = nullptr;
        NoticeText text;
        std::uint64_t until = 0;  // milliseconds of CLOCK_BOOTTIME
        Timer tick;
        Notification notification;
    };
    static constexpr unsigned most_waiting = 6;

    static void on_environment(void* self);
    static void on_tick(void* banner);
    static int on_signal(sd_bus_message* signal, void* self, sd_bus_error* error);
    static int on_server_changed(sd_bus_message* signal, void* self, sd_bus_error* error);
    void show_waiting();
    void take(const NoticeText& notice);
    void draw(Banner& banner);
    void take_away(Banner& banner);
    void pressed(const Banner& banner, sd_bus_message* signal);
    static void closed(Banner& banner, sd_bus_message* signal);
    void listen(sd_bus* bus);
    void stop_listening();
    void stop_listening_when_idle();

    sd_event* loop_;
    UserBus& bus_;
    Language& language_;
    EnvironmentQuestion question_;
    Handlers handlers_;
    NoticeText waiting_[most_waiting];  // for the answer to the question
    unsigned waiting_count_ = 0;
    Banner banners_[places];
    sd_bus_slot* signals_[3] = {};
    unsigned generation_ = 0;  // of the bus that signals_ are on
};

}  // namespace vaktpost::session_helper
