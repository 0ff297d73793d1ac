// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <string>

#include "agent/core/session.h"

namespace vaktpost::platform {

// What we read of org.freedesktop.login1.Session (org.freedesktop.login1(5)).
struct LogindProperties {
    std::string id;
    std::uint32_t uid = 0;
    std::string user;   // Name: of the account
    std::string seat;   // empty: none
    std::string klass;  // Class: "user", "greeter", …
    std::string type;   // "wayland", "x11", "tty", …
    std::string state;  // "active", "online", "closing"
    bool remote = false;
    bool active = false;
    bool locked = false;  // LockedHint

    // "closing": the user has left, only stray processes hold the session.
    [[nodiscard]] bool closing() const { return state == "closing"; }
};

// Takes an a{sv} that the message stands at: the answer of GetAll or the changes of
// PropertiesChanged. Properties that are not in it, are of an unexpected type or mean nothing to us
// leave `into` as it was. Below 0, an errno: the message is malformed.
int read_properties(sd_bus_message* message, LogindProperties& into);

core::SessionInfo session_info(const LogindProperties& properties);

}  // namespace vaktpost::platform
