// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/service/local_sessions.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "platform/base/journal.h"

namespace vaktpost::platform {

namespace {

constexpr const char* logind = "org.freedesktop.login1";
constexpr const char* manager_path = "/org/freedesktop/login1";
constexpr const char* manager = "org.freedesktop.login1.Manager";
constexpr const char* session_interface = "org.freedesktop.login1.Session";
constexpr std::uint64_t answer_limit_us = 2'000'000;

struct MessageCloser {
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Reply = std::unique_ptr<sd_bus_message, MessageCloser>;

core::Status done(int r, const char* operation) {
    if (r < 0) return core::system_error(-r, operation);
    return core::Done{};
}

bool is_spared(const std::vector<core::SessionId>& spared, const core::SessionId& id) {
    return std::find(spared.begin(), spared.end(), id) != spared.end();
}

}  // namespace

core::Result<SystemBus> SystemBus::open() {
    sd_bus* bus = nullptr;
    const int r = sd_bus_open_system(&bus);
    if (r < 0) return core::system_error(-r, "connect to the system bus");
    sd_bus_set_method_call_timeout(bus, answer_limit_us);
    return SystemBus(bus);
}

std::string SystemBus::text_property(const char* path, const char* name) {
    char* text = nullptr;
    std::string value;
    if (sd_bus_get_property_string(bus_.get(), logind, path, session_interface, name, nullptr,
                                   &text) >= 0)
        value = text;
    std::free(text);
    return value;
}

bool SystemBus::flag_property(const char* path, const char* name) {
    int flag = 0;
    return sd_bus_get_property_trivial(bus_.get(), logind, path, session_interface, name, nullptr,
                                       'b', &flag) >= 0 &&
           flag != 0;
}

// False: nobody sits there. A class or type that is not known here is taken for a user's screen.
bool SystemBus::describe(LocalSession& session, const char* path) {
    const auto session_class = text_property(path, "Class");
    for (const std::string_view other : {"greeter", "lock-screen", "background", "background-light",
                                         "manager", "manager-early", "none", ""})
        if (session_class == other) return false;
    const auto type = text_property(path, "Type");
    if (type == "unspecified" || flag_property(path, "Remote") ||
        text_property(path, "State") == "closing")
        return false;
    session.text = type == "tty";
    session.hinted = flag_property(path, "LockedHint");
    return true;
}

core::Result<std::vector<LocalSession>> SystemBus::sessions() {
    sd_bus_message* answer = nullptr;
    int r = sd_bus_call_method(bus_.get(), logind, manager_path, manager, "ListSessions", nullptr,
                               &answer, nullptr);
    const Reply reply(answer);
    if (r >= 0) r = sd_bus_message_enter_container(answer, 'a', "(susso)");
    std::vector<LocalSession> sessions;
    const char* id = nullptr;
    const char* seat = nullptr;
    const char* path = nullptr;
    std::uint32_t uid = 0;
    while (r >= 0 &&
           (r = sd_bus_message_read(answer, "(susso)", &id, &uid, nullptr, &seat, &path)) > 0) {
        LocalSession session{{id}, uid, false, false};
        if (!std::string_view(seat).empty() && describe(session, path))
            sessions.push_back(std::move(session));
    }
    if (r < 0) return core::system_error(-r, "list the sessions");
    return sessions;
}

core::Status SystemBus::lock(const core::SessionId& session) {
    return done(sd_bus_call_method(bus_.get(), logind, manager_path, manager, "LockSession",
                                   nullptr, nullptr, "s", session.value.c_str()),
                "ask for a lock");
}

core::Status SystemBus::lock_all() {
    return done(sd_bus_call_method(bus_.get(), logind, manager_path, manager, "LockSessions",
                                   nullptr, nullptr, ""),
                "ask for a lock of all sessions");
}

core::Status SystemBus::start_unit(const std::string& unit) {
    return done(sd_bus_call_method(bus_.get(), "org.freedesktop.systemd1",
                                   "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
                                   "StartUnit", nullptr, nullptr, "ss", unit.c_str(), "replace"),
                "start a unit");
}

core::Result<std::int64_t> lock_local_sessions(const std::vector<core::SessionId>& spared) {
    auto bus = SystemBus::open();
    if (!bus) return bus.error();
    const auto sessions = bus->sessions();
    if (!sessions) {
        // Better one too many than none.
        warn(sessions.error().text() + "; all of them are asked to lock");
        const auto asked = bus->lock_all();
        if (!asked) return asked.error();
        return std::int64_t{1};
    }
    std::int64_t count = 0;
    for (const auto& session : *sessions) {
        if (is_spared(spared, session.id)) continue;
        if (const auto asked = bus->lock(session.id); asked)
            ++count;
        else
            warn(asked.error().text());
    }
    return count;
}

}  // namespace vaktpost::platform
