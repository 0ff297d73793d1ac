// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/login_session.h"

#include <systemd/sd-login.h>

#include <algorithm>
#include <bitset>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <vector>

namespace vaktpost::curtain {
namespace {

struct Freed {
    void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, Freed>;

// One of libsystemd's questions about a session that are answered with a text.
template <class Question>
core::Result<std::string> ask(Question question, const std::string& session) {
    char* answer = nullptr;
    const int error = question(session.c_str(), &answer);
    const Text owner(answer);
    if (error < 0) return core::system_error(-error, "session " + session);
    return std::string(answer != nullptr ? answer : "");
}

bool alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// logind.conf(5), NAutoVTs: where a login prompt is started when somebody switches there.
constexpr unsigned consoles_with_login = 6;

std::vector<std::string> sessions_with_consoles() {
    char** names = nullptr;
    std::vector<std::string> sessions;
    if (sd_seat_get_sessions("seat0", &names, nullptr, nullptr) < 0) return sessions;
    for (char** name = names; name != nullptr && *name != nullptr; ++name) {
        const Text owner(*name);
        sessions.emplace_back(*name);
    }
    std::free(names);
    return sessions;
}

std::optional<unsigned> console_of_greeter(const char* session) {
    const auto kind = ask(sd_session_get_class, session);
    unsigned console = 0;
    if (!kind || *kind != "greeter" || sd_session_get_vt(session, &console) < 0 || console == 0)
        return std::nullopt;
    return console;
}

}  // namespace

bool is_session_id(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), alphanumeric);
}

core::Result<LoginSession> find_session(const std::string& id) {
    LoginSession session{.id = id};
    if (const int error = sd_session_get_uid(id.c_str(), &session.user); error < 0)
        return core::system_error(-error, "session " + id);
    if (sd_session_get_vt(id.c_str(), &session.console) < 0 || session.console == 0)
        return core::system_error(ENODEV, "console of session " + id);
    return session;
}

bool still_there(const LoginSession& session) {
    const auto state = ask(sd_session_get_state, session.id);
    return state ? *state != "closing" : state.error().code != ENXIO;
}

bool in_front(const LoginSession& session) {
    return sd_session_is_active(session.id.c_str()) > 0;
}

std::optional<unsigned> login_screen() {
    for (const auto& session : sessions_with_consoles())
        if (const auto console = console_of_greeter(session.c_str())) return console;
    return std::nullopt;
}

std::optional<unsigned> place_to_log_in() {
    if (const auto screen = login_screen()) return screen;
    std::bitset<consoles_with_login + 1> taken;
    for (const auto& session : sessions_with_consoles()) {
        unsigned console = 0;
        if (sd_session_get_vt(session.c_str(), &console) >= 0 && console <= consoles_with_login)
            taken.set(console);
    }
    for (unsigned console = 1; console <= consoles_with_login; ++console)
        if (!taken.test(console)) return console;
    return std::nullopt;
}

}  // namespace vaktpost::curtain
