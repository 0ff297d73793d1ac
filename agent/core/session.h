// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/types.h"
#include "agent/core/words.h"

namespace vaktpost::core {

// What a login session is to us; derived from logind's Class, Type and Remote.
enum class SessionClass {
    graphical,  // a desktop: locked by its locker
    text,       // a console login: covered by the curtain
    greeter,    // login screen: nothing to lock
    remote,     // ssh, xrdp: no seat of this machine
    display,    // a board that nobody can unlock (an account the policy names): never locked
    other,      // background, user manager, lock screen: nobody sits there, so they are left out
};
VAKTPOST_WORDS(SessionClass, "graphical", "text", "greeter", "remote", "display", "other");

struct SessionInfo {
    SessionId id;
    std::uint32_t uid = 0;
    std::string user;  // the account's name, to be held against the policy's accounts; not recorded
    SeatName seat;
    SessionClass session_class = SessionClass::other;
    bool active = false;                // in the foreground of its seat
    std::vector<std::string> groups{};  // their names, as this machine's own files know them
};

// A person works in it on a screen: a desktop or a console login.
constexpr bool has_screen(const SessionInfo& info) {
    return info.session_class == SessionClass::graphical ||
           info.session_class == SessionClass::text;
}

// Who says that a screen is locked.
enum class Witness {
    hint,    // logind's LockedHint: any program of the user may set it, some lockers never do
    saver,   // GetActive of the desktop's screen saver, asked by the session program
    locker,  // our own locker: its process is seen by the agent itself
    confined_locker,  // the same, under the AppArmor profile that keeps signals away
    greeter,          // a login screen is in the foreground of the session's seat
    curtain,          // our own curtain holds the console
};
VAKTPOST_WORDS(Witness, "hint", "saver", "locker", "confined_locker", "greeter", "curtain");

// What a witness's word is worth.
enum class Worth {
    claimed,   // the user's own programs can forge it: two of these are needed
    seen,      // seen by the agent; a signal ends what it saw, and it may be shown a wrong process
    hardened,  // the same, and it takes more than a signal: tracing it, or a program made for that
    guarded,   // neither forged nor ended by the user's programs
};
VAKTPOST_WORDS(Worth, "claimed", "seen", "hardened", "guarded");

constexpr Worth worth_of(Witness witness) {
    switch (witness) {
        case Witness::hint:
        case Witness::saver:
            return Worth::claimed;
        case Witness::locker:
            return Worth::seen;
        case Witness::confined_locker:
            return Worth::hardened;
        case Witness::greeter:
        case Witness::curtain:
            break;
    }
    return Worth::guarded;
}

// What would lock a session when it is asked to, found out before anybody leaves it.
enum class LockMeans {
    none,     // nobody listens and no locker of ours is there
    desktop,  // the desktop has a locker of its own
    locker,   // ours
    curtain,  // a console
};
VAKTPOST_WORDS(LockMeans, "none", "desktop", "locker", "curtain");

// One step of making sure that a screen is locked, in the policy's order after the first request.
enum class LockStep {
    ask,          // logind's Lock: the first request
    ask_again,    // once more
    own_locker,   // our locker, whatever the desktop says
    curtain,      // an empty console that nobody can switch away from, with a password prompt
    greeter,      // the login screen
    end_session,  // whatever was not saved is lost
};
VAKTPOST_WORDS(LockStep, "ask", "ask_again", "own_locker", "curtain", "greeter", "end_session");

}  // namespace vaktpost::core
