// SPDX-License-Identifier: GPL-3.0-or-later
// What core is told. Adapters turn the world into these and nothing else; none carries a key code,
// a label or a path of a user's, so none can be recorded.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/core/deadline.h"
#include "agent/core/host.h"
#include "agent/core/known_input.h"
#include "agent/core/medium.h"
#include "agent/core/mount.h"
#include "agent/core/removal.h"
#include "agent/core/session.h"
#include "agent/core/session_memory.h"
#include "agent/core/source.h"
#include "agent/core/usb.h"
#include "agent/core/usb_exception.h"
#include "agent/core/wall.h"
#include "agent/core/words.h"

namespace vaktpost::core {

// --- the agent's own life
enum class PreviousEnd { first_start, clean, unclean };
VAKTPOST_WORDS(PreviousEnd, "first_start", "clean", "unclean");

struct AgentStarted {
    std::string version;
    PreviousEnd previous_end = PreviousEnd::first_start;
    // How systemd saw the run before end (systemd.exec(5), $SERVICE_RESULT): "success", "signal",
    // "watchdog", "oom-kill" …; empty where that is not known.
    std::string previous_result;
    std::optional<Duration> away;       // from the end of the run before to this start
    std::int64_t locked_meanwhile = 0;  // sessions that were asked to lock because nobody guarded
};
// What the run before knew of a session and has not been proven wrong: it must not get lost with
// the agent. Sent before any source reports.
struct SessionRemembered {
    SessionMemory memory;
};
struct AgentStopping {
    std::string cause;  // closed list: "signal", "upgrade"
};

// --- card readers
// A reader is there, with or without a card; before its first card event.
struct ReaderArrived {
    ReaderName reader;
};
// Without a card in it; with one, PresenceLost says so.
struct ReaderLeft {
    ReaderName reader;
};
struct CardInserted {
    ReaderName reader;
    std::string atr;  // hex digits in lower case; empty where the card is mute
};
// Who the card says it is, some time after it was put in; cards without an answer never get here.
struct CardIdentified {
    ReaderName reader;
    Tag card;
};
struct CardRemoved {
    ReaderName reader;
};
// While a card was in it, the reader vanished, or what is in it cannot be told any more.
struct PresenceLost {
    ReaderName reader;
    bool vanished = true;  // false: it is there, in an unknown state, and may come round
};

// --- activity: when, never what
enum class ActivityKind {
    movement,    // of a pointer: what a jiggler can do as well
    deliberate,  // a key, a button, a wheel, a touch, a pen
};
VAKTPOST_WORDS(ActivityKind, "movement", "deliberate");

struct ActivitySeen {
    SeatName seat;
    Instant at;
    ActivityKind kind = ActivityKind::deliberate;
};
// With what a seat can be unlocked; also repeated when it changes.
struct InputChanged {
    SeatName seat;
    bool keyboard = false;
    bool touch = false;
    bool built_in = false;  // a keyboard that is not on USB, and has been typed on since the agent
                            // found it: firmware shows keyboards that nobody has
};

struct DeadlineReached {
    DeadlineId id;
};

// --- login sessions
struct SessionOpened {  // also repeated, with the state of now, after the source was lost and is
                        // back
    SessionInfo info;
};
struct SessionChanged {
    SessionId id;
    bool active = false;
};
struct SessionClosed {
    SessionId id;
};
// What would lock the session, as its own program found out.
struct LockChecked {
    SessionId id;
    LockMeans means = LockMeans::none;
};
struct SessionLocked {
    SessionId id;
    Witness witness = Witness::hint;
};
struct SessionUnlocked {
    SessionId id;
    Witness witness = Witness::hint;
};
// Nobody speaks for that witness any more; what it said last may be true or not.
struct WitnessLost {
    SessionId id;
    Witness witness = Witness::locker;
};
// Somebody who may has asked logind to unlock the session: a login screen after the password, but
// any program of the user as well.
struct UnlockAsked {
    SessionId id;
};
// The session program has no locker that works, or the one that covered the screen ended without an
// unlock.
struct LockerFailed {
    SessionId id;
    std::string cause;  // closed list of platform/session_helper
};
// Somebody else is at the machine while the curtain covers it, and asks to be let in beside.
struct NextPersonAsked {
    SessionId id;
};
// What became of a step's request: it is under way, no more than that. Not ok: this step cannot
// lock the session, the next one is due.
struct LockSignalled {
    SessionId id;
    LockStep step = LockStep::ask;
    bool ok = false;
};
// How the sign-out command of a shared account ended.
struct SignedOut {
    SessionId id;
    bool ok = false;
    std::string cause;  // closed list: "status", "signal", "deadline", "exec"; empty when ok
};
// Somebody asks to keep the screen of that session open for a while.
struct HoldRequested {
    SessionId id;
    std::string reason;  // a word of policy.session.hold_reasons, checked by who asks on
};

// --- sleep
struct SleepComing {};  // the machine is about to suspend: also repeated
struct SleepOver {};

// --- USB
struct UsbDeviceArrived {
    UsbDevice device;
};
struct UsbDeviceLeft {
    DeviceId id;
};
// What became of the kernel switches that core asked for on one device.
struct UsbSwitched {
    DeviceId id;
    bool ok = false;
    std::string error;  // errno's words, empty when ok
    Instant done;
};

// A driver has made input devices of that interface. Repeated for one that shows more of itself.
struct UsbInterfaceDriven {
    DeviceId id;
    std::uint8_t interface = 0;
    bool keyboard = false;  // one of them has the letters
    bool types = false;     // one of them has a letter or a digit
};
// Somebody listens to what is typed on a new keyboard: its code may be shown.
struct ProofReady {
    DeviceId id;
    std::string code;  // digits
};
struct ProofEnded {
    DeviceId id;
    Proof proof = Proof::failed;  // none: it made no input device, so nobody could type
};
// What earlier runs of the agent knew. Sent before any device is reported.
struct InputsRemembered {
    KnownInputs inputs;
    bool first = false;  // there has been no earlier run: what is present now becomes known
};

// Who asks; the control socket has checked it.
enum class Grantor { root, operator_ };
VAKTPOST_WORDS(Grantor, "root", "operator");

// Somebody who may wants a device that is present to be usable for a while.
struct ExceptionRequested {
    DeviceId device;
    Duration time{};
    std::string reason;  // a word of policy.usb.allow_reasons, checked by who asks on
    Grantor by = Grantor::root;
};
// Given by an earlier run of the agent.
struct ExceptionRemembered {
    UsbException exception;
};

// What the clock on the wall shows: told at start, in answer to TellTime, and when somebody set it.
struct TimeTold {
    WallTime utc{};
    std::chrono::seconds offset{};  // local time is that much ahead of it
};

// --- removable media
struct MediumArrived {
    Medium medium;
};
struct MediumChanged {  // something wrote to it or changed its size or partitions
    Medium medium;
};
struct MediumLeft {
    MediumId id;
};
struct MediumExamined {
    MediumId id;
    Examination examination;
};
// It stands in the register.
struct MediumRemembered {
    MediumId id;
    bool first_enrolled = false;  // with a token that it did not have there before
};

// --- the machine itself
// All that the system lives on and that is not known to be encrypted; at start, and again when that
// changes.
struct HostDisksSeen {
    std::vector<PlainDisk> plain;  // each once
    bool told_before = false;      // an earlier run of the agent has told just these in this boot
};
// The networks this machine is on now, in the order of their interfaces; at start, and again when
// that changes.
struct NetworkSeen {
    std::vector<Uplink> uplinks;  // no two of one interface
    NetworkSharing sharing;
    bool operator==(const NetworkSeen&) const = default;
};

// --- mounts of media
struct MountSeen {
    Mount mount;
};
struct MountGone {  // no mount of that device is left
    MountId id;
};
// What JudgeMount found.
struct MountJudged {
    MountId id;
    MountVerdict verdict = MountVerdict::unknown;
    bool undone = false;  // it was no encrypted one, and is unmounted
};
// The kernel refused a mount; may be told long afterwards, when no agent was there.
struct MountRefused {
    MountId mount;
    MediumId medium;          // the disk at the end of the chain, as far as it is told
    std::string file_system;  // the kernel's name of its type
    MountRefusal reason = MountRefusal::external;
};

// --- sources and policy
struct SourceLost {
    Source source = Source::card;
    std::string cause;  // errno's or the library's words, never a device's
};
struct SourceBack {  // ready: all that is present now has been reported
    Source source = Source::card;
    std::optional<Duration> boot_gap;  // devices only: first enumeration to now
};
// Records the log could not keep; everything outside of this range is there.
struct LogGap {
    Seq first = 0;
    Seq last = 0;
    std::uint64_t count = 0;
    std::string cause;
};
// The log cannot go on behind its last record: what follows stands in an epoch of its own.
struct EpochBegun {
    std::string cause;  // of our own making
    // The last record of the earlier epochs that is known of, and how far the centre has got; all
    // 0: nothing is known.
    std::uint64_t last_epoch = 0;
    Seq last_seq = 0;
    std::uint64_t acknowledged_epoch = 0;
    Seq acknowledged_seq = 0;
};
// Records that the log has removed by its own rules; it asks for a record that tells of it.
struct RecordsRemoved {
    Removal removal;
};
// The room for records is nearly used up, and the centre does not have them all.
struct LogFilling {
    std::int64_t percent = 0;   // of the room
    std::uint64_t waiting = 0;  // records that the centre does not have
};
// The runtime has already swapped the policy; core re-judges under it.
struct PolicyApplied {
    std::int64_t version = 0;
    std::string sha256;
    std::string source;  // closed list: "default", "local", "last_good"
};
struct PolicyRejected {
    std::string error;  // FILE:LINE:COL: message, of our own making
};

using Event =
    std::variant<AgentStarted, SessionRemembered, AgentStopping, ReaderArrived, ReaderLeft,
                 CardInserted, CardIdentified, CardRemoved, PresenceLost, ActivitySeen,
                 InputChanged, DeadlineReached, SessionOpened, SessionChanged, SessionClosed,
                 LockChecked, SessionLocked, SessionUnlocked, WitnessLost, UnlockAsked,
                 NextPersonAsked, LockerFailed, LockSignalled, SignedOut, HoldRequested,
                 SleepComing, SleepOver, UsbDeviceArrived, UsbDeviceLeft, UsbSwitched,
                 UsbInterfaceDriven, ProofReady, ProofEnded, InputsRemembered, ExceptionRequested,
                 ExceptionRemembered, TimeTold, MediumArrived, MediumChanged, MediumLeft,
                 MediumExamined, MediumRemembered, MountSeen, MountGone, MountJudged, MountRefused,
                 HostDisksSeen, NetworkSeen, SourceLost, SourceBack, LogGap, EpochBegun,
                 RecordsRemoved, LogFilling, PolicyApplied, PolicyRejected>;

}  // namespace vaktpost::core
