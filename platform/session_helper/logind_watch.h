// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <cstdint>

#include "platform/session_helper/protocol.h"
#include "platform/session_helper/text.h"
#include "platform/session_helper/timer.h"

namespace vaktpost::session_helper {

// This user's graphical sessions, and logind's Lock signals to them. Reconnects by itself for ever.
//
// Signals count only if they come from the owner of logind's name: the system bus lets any user
// send a signal straight to us. Unlock is not listened to: logind lets the user's own programs send
// it without a password.
class LogindWatch {
  public:
    struct Handlers {
        void (*present)(void* context, std::string_view session, Screen screen);  // also repeated
        void (*gone)(void* context, std::string_view session);
        void (*lock)(void* context, std::string_view session);
        void* context;
    };

    LogindWatch(sd_event* loop, const Handlers& handlers) : loop_(loop), handlers_(handlers) {}
    LogindWatch(const LogindWatch&) = delete;
    LogindWatch& operator=(const LogindWatch&) = delete;
    ~LogindWatch();

    void start() { connect(); }

    static constexpr unsigned most_sessions = 8;

  private:
    struct Entry {
        LogindWatch* watch = nullptr;
        ObjectPath path;  // empty: free
        SessionId id;
        sd_bus_slot* call = nullptr;
        bool listed = false;
        bool graphical = false;
    };

    static int on_disconnected(sd_bus_message* signal, void* self, sd_bus_error* error);
    static int on_owner(sd_bus_message* signal, void* self, sd_bus_error* error);
    static int on_sessions(sd_bus_message* signal, void* self, sd_bus_error* error);
    static int on_list(sd_bus_message* reply, void* self, sd_bus_error* error);
    static int on_changed(sd_bus_message* signal, void* self, sd_bus_error* error);
    static int on_properties(sd_bus_message* reply, void* entry, sd_bus_error* error);
    static int on_lock(sd_bus_message* signal, void* self, sd_bus_error* error);
    static void on_retry(void* self);
    void connect();
    bool subscribe();
    void lose();
    void list();
    void take_session(const char* id, const char* path);
    void ask(Entry& entry);
    void drop(Entry& entry);
    Entry* find(const char* path);
    [[nodiscard]] bool from_logind(sd_bus_message* signal) const;

    sd_event* loop_;
    Handlers handlers_;
    sd_bus* bus_ = nullptr;
    sd_bus_slot* listing_ = nullptr;
    Timer retry_;
    std::uint64_t retry_delay_ = 0;  // milliseconds
    BusName owner_;                  // logind's; empty: not there or not heard yet
    Entry entries_[most_sessions];
};

}  // namespace vaktpost::session_helper
