// SPDX-License-Identifier: GPL-3.0-or-later
// What systemd-logind knows of a login session, read from its files: sd-login(3).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/result.h"

namespace vaktpost::curtain {

struct LoginSession {
    std::string id;
    uid_t user = 0;
    unsigned console = 0;  // number of its virtual console; only seat0 has any
};

// logind's ids are letters and digits; nothing else is taken for one.
bool is_session_id(std::string_view id);

// ENXIO: there is no such session; ENODEV: it is on no console of this machine.
core::Result<LoginSession> find_session(const std::string& id);

// False only when logind says that it has ended, or that its login has and only programs are left.
// Whatever cannot be read counts as there: then the curtain stays.
bool still_there(const LoginSession& session);

bool in_front(const LoginSession& session);

// The console of the login screen, if there is one now.
std::optional<unsigned> login_screen();

// Where somebody else can log in: the login screen, or a console on which nobody is, where logind
// starts a login prompt when it comes to the front. None: every such console is taken.
std::optional<unsigned> place_to_log_in();

}  // namespace vaktpost::curtain
