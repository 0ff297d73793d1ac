// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "agent/core/types.h"
#include "agent/core/words.h"

namespace vaktpost::core {

// What a login session is to us; derived from logind's Class and Type.
enum class SessionClass {
    graphical,  // a desktop: locked by its locker
    text,       // a console login
    greeter,    // login screen: nothing to lock
    remote,     // ssh, no seat
    other,      // background, user manager, lock screen: nobody sits there, so they are left out
};
VAKTPOST_WORDS(SessionClass, "graphical", "text", "greeter", "remote", "other");

struct SessionInfo {
    SessionId id;
    std::uint32_t uid = 0;
    SeatName seat;
    SessionClass session_class = SessionClass::other;
    bool active = false;  // in the foreground of its seat
};

// Who says that a screen is locked, and what the word is worth.
enum class Witness {
    hint,    // logind's LockedHint: the user's own programs may set it, and some lockers never do
    locker,  // vaktpost-session: the locker it started reported that the screen is covered
};
VAKTPOST_WORDS(Witness, "hint", "locker");

}  // namespace vaktpost::core
