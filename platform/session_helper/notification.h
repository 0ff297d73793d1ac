// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <string_view>

#include "platform/session_helper/text.h"

namespace vaktpost::session_helper {

// One notification on the screen, by org.freedesktop.Notifications if a program that does is
// running; starts none, waits for none. Shown again, it takes its own place.
//
// Never with a sound and never urgent: desktops light a dark screen for that.
class Notification {
  public:
    struct Content {
        const char* summary = "";
        const char* body = "";
        const char* button = nullptr;  // null: none
        int milliseconds = -1;         // on the screen; -1: as the server likes, 0: for ever
        bool transient = true;         // not kept in a list of missed ones
    };
    static constexpr const char* button_key = "hold";

    Notification() = default;
    Notification(const Notification&) = delete;
    Notification& operator=(const Notification&) = delete;
    ~Notification() { sd_bus_slot_unref(call_); }

    // Nothing while it is pending.
    void show(sd_bus* bus, const Content& content);
    void close(sd_bus* bus);

    // It may be on the screen.
    [[nodiscard]] bool live() const { return call_ != nullptr || number_ != 0; }
    // The server has not said yet how it went.
    [[nodiscard]] bool pending() const { return call_ != nullptr; }
    // A signal of the server that shows it, about it.
    [[nodiscard]] bool is_meant(sd_bus_message* signal, std::uint32_t number) const;
    [[nodiscard]] bool is_shown_by(std::string_view server) const {
        return number_ != 0 && server_.view() == server;
    }
    // It is on the screen no longer, or is left to the server: the next one takes a place of its
    // own.
    void forget();

  private:
    static int on_shown(sd_bus_message* reply, void* self, sd_bus_error* error);

    sd_bus_slot* call_ = nullptr;  // Notify under way
    std::uint32_t number_ = 0;     // the server's for it; 0: not on the screen
    BusName server_;               // that number is of this one
    bool over_ = false;            // to be closed as soon as the number is there
};

inline constexpr const char* notification_server = "org.freedesktop.Notifications";
inline constexpr const char* notification_path = "/org/freedesktop/Notifications";

}  // namespace vaktpost::session_helper
