// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/logind_properties.h"

#include <string_view>

namespace vaktpost::platform {

namespace {

int read_text(sd_bus_message* message, std::string& into) {
    const char* text = nullptr;
    const int r = sd_bus_message_read(message, "v", "s", &text);
    if (r >= 0) into = text;
    return r;
}

int read_flag(sd_bus_message* message, bool& into) {
    int flag = 0;
    const int r = sd_bus_message_read(message, "v", "b", &flag);
    if (r >= 0) into = flag != 0;
    return r;
}

int read_seat(sd_bus_message* message, std::string& into) {
    const char* name = nullptr;
    const char* path = nullptr;
    const int r = sd_bus_message_read(message, "v", "(so)", &name, &path);
    if (r >= 0) into = name;
    return r;
}

int read_user(sd_bus_message* message, std::uint32_t& into) {
    const char* path = nullptr;
    return sd_bus_message_read(message, "v", "(uo)", &into, &path);
}

int read_property(sd_bus_message* message, std::string_view name, std::string_view type,
                  LogindProperties& into) {
    if (type == "s") {
        if (name == "Id") return read_text(message, into.id);
        if (name == "Name") return read_text(message, into.user);
        if (name == "Class") return read_text(message, into.klass);
        if (name == "Type") return read_text(message, into.type);
        if (name == "State") return read_text(message, into.state);
    }
    if (type == "b") {
        if (name == "Remote") return read_flag(message, into.remote);
        if (name == "Active") return read_flag(message, into.active);
        if (name == "LockedHint") return read_flag(message, into.locked);
    }
    if (type == "(so)" && name == "Seat") return read_seat(message, into.seat);
    if (type == "(uo)" && name == "User") return read_user(message, into.uid);
    return sd_bus_message_skip(message, "v");
}

core::SessionClass session_class(const LogindProperties& properties) {
    using core::SessionClass;
    if (properties.klass == "greeter") return SessionClass::greeter;
    // Classes named here have no screen of a user's. One that this list does not know is taken for
    // a user's session: locking too much is the safe side.
    for (const char* klass :
         {"lock-screen", "background", "background-light", "manager", "manager-early", "none"})
        if (properties.klass == klass) return SessionClass::other;
    const bool has_screen = properties.type != "unspecified" && !properties.type.empty();
    // xrdp's sessions do not call themselves remote, but no seat of this machine shows them. The
    // same goes for a serial line.
    if (properties.remote || (properties.seat.empty() && has_screen)) return SessionClass::remote;
    for (const char* type : {"wayland", "x11", "mir"})
        if (properties.type == type) return SessionClass::graphical;
    if (properties.type == "tty") return SessionClass::text;
    return SessionClass::other;
}

}  // namespace

int read_properties(sd_bus_message* message, LogindProperties& into) {
    int r = sd_bus_message_enter_container(message, 'a', "{sv}");
    if (r < 0) return r;
    while ((r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
        const char* name = nullptr;
        const char* type = nullptr;
        char kind = 0;
        if ((r = sd_bus_message_read(message, "s", &name)) < 0) return r;
        if ((r = sd_bus_message_peek_type(message, &kind, &type)) < 0) return r;
        if ((r = read_property(message, name, type, into)) < 0) return r;
        if ((r = sd_bus_message_exit_container(message)) < 0) return r;
    }
    return r < 0 ? r : sd_bus_message_exit_container(message);
}

core::SessionInfo session_info(const LogindProperties& properties) {
    return {.id = {properties.id},
            .uid = properties.uid,
            .user = properties.user,
            .seat = {properties.seat},
            .session_class = session_class(properties),
            .active = properties.active};
}

}  // namespace vaktpost::platform
