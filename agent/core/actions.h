// SPDX-License-Identifier: GPL-3.0-or-later
// What core wants done. The runtime performs each through a port; results that matter come back as
// events.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/core/deadline.h"
#include "agent/core/medium.h"
#include "agent/core/record.h"
#include "agent/core/session.h"
#include "agent/core/usb.h"
#include "agent/core/words.h"

namespace vaktpost::core {

// A request: LockSignalled tells whether it went out, only SessionLocked confirms it.
struct LockSession {
    SessionId session;
    LockStep step = LockStep::ask;
};
// Not to lock, but because the policy says so in so many words.
struct EndSession {
    SessionId session;
};
// The session was unlocked without its own locker: what of that still covers it is taken away, what
// still tries to gives up.
struct StandDown {
    SessionId session;
};
// The session stays locked; the seat's login screen comes in front of it, so that the next person
// can log in. Where there is no display manager nothing happens.
struct OfferLogin {
    SessionId session;
};
// The sign-out command of a shared account, in its session; SignedOut tells how it went.
struct SignOut {
    SessionId session;
    std::vector<std::string> command;  // program and arguments, run without a shell
};

enum class Notice {
    idle_warning,       // the screen will be locked at `until`
    idle_warning_over,  // somebody was active: take the warning away
    presence_warning,   // no word from the card reader; the screen will be locked at `until`
    presence_warning_over,
    card_removed,   // policy says warn instead of lock
    presence_lost,  // policy says warn instead of lock
    no_way_back,    // not locked, since nobody could unlock it again
    card_left,      // the card is still in the reader and nobody is there
    hold,           // the screen stays open until `until`
    hold_over,
    medium_blocked,
    medium_admitted,
    medium_read_only,
    device_blocked,
    second_uplink,    // another network beside the internal one
    network_sharing,  // others are let onto the network
    exception_ends,   // a device that was let in for a while is withdrawn at `until`
    prove_keyboard,   // `code` is to be typed on the new keyboard
    prove_keyboard_over,
};
VAKTPOST_WORDS(Notice, "idle_warning", "idle_warning_over", "presence_warning",
               "presence_warning_over", "card_removed", "presence_lost", "no_way_back", "card_left",
               "hold", "hold_over", "medium_blocked", "medium_admitted", "medium_read_only",
               "device_blocked", "second_uplink", "network_sharing", "exception_ends",
               "prove_keyboard", "prove_keyboard_over");

struct Notify {
    SessionId session;
    Notice notice = Notice::idle_warning;
    std::string code;  // of the record it is about, or to be typed; empty: none
    std::optional<Instant> until;
    std::string hold_reason{};  // of the button that keeps the screen open; empty: no button
};

// Every session is locked, or cannot be in time: the machine may sleep.
struct AllowSleep {};
// After sleep, what each source knows may be old: ask the world anew.
struct Reconcile {};

struct WatchActivity {  // on: report each activity at once (warning phase); off: only when drained
    bool on = false;
};

struct SetDeadline {
    DeadlineId id;
    Instant at;
};
struct CancelDeadline {
    DeadlineId id;
};

// Kernel switches of one device, performed in order on its own worker; UsbSwitched reports them.
struct SwitchUsb {
    DeviceId device;
    std::vector<std::uint8_t> authorize;     // interfaces to release and probe
    std::vector<std::uint8_t> deauthorize;   // interfaces to withdraw
    bool deauthorize_device = false;         // none of its interfaces is allowed
    std::vector<std::uint8_t> quarantine{};  // of those to release: no session is to hear of them
};
// A code is to be typed on these interfaces of the device, which are in quarantine.
struct ProveKeyboard {
    DeviceId device;
    std::vector<std::uint8_t> interfaces;
};
// No code is to be typed on that device any more: whoever listens to it lets go at once, unheard.
struct EndProof {
    DeviceId device;
};
// Undo the gate's changes of kernel settings (orderly stop).
struct RestoreUsbDefaults {};

// TimeTold answers.
struct TellTime {};

struct ExamineMedium {
    MediumId medium;
};
enum class Admission {
    encrypted,  // open to udisks as long as it stays encrypted
    any,  // open to udisks whatever it holds: policy allows plain media, or a disk of the system
    read_only,  // open to udisks whatever it holds, once the kernel refuses to write to it
};
VAKTPOST_WORDS(Admission, "encrypted", "any", "read_only");
struct AdmitMedium {
    MediumId medium;
    Admission admission = Admission::encrypted;
};
struct CloseMedium {  // the node closes at once; the interface is withdrawn by SwitchUsb
    MediumId medium;
};

// Into the register; MediumRemembered answers unless that cannot be written.
struct RememberMedium {
    MediumId medium;
    KnownMedium known;
};

// Have the device-mapper tables under a mount looked at, and the mount undone if nothing encrypts
// it.
struct JudgeMount {
    MountId mount;
};

struct AppendEvent {
    Record record;
};

using Action =
    std::variant<LockSession, EndSession, StandDown, OfferLogin, SignOut, Notify, AllowSleep,
                 Reconcile, WatchActivity, SetDeadline, CancelDeadline, SwitchUsb, ProveKeyboard,
                 EndProof, RestoreUsbDefaults, TellTime, ExamineMedium, AdmitMedium, CloseMedium,
                 RememberMedium, JudgeMount, AppendEvent>;

}  // namespace vaktpost::core
