// SPDX-License-Identifier: GPL-3.0-or-later
// What core is told. Adapters turn the world into these and nothing else; none carries a key code,
// a label or a path of a user's, so none can be recorded.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "agent/core/deadline.h"
#include "agent/core/medium.h"
#include "agent/core/session.h"
#include "agent/core/source.h"
#include "agent/core/usb.h"
#include "agent/core/words.h"

namespace vaktpost::core {

// --- the agent's own life
enum class PreviousEnd { first_start, clean, unclean };
VAKTPOST_WORDS(PreviousEnd, "first_start", "clean", "unclean");

struct AgentStarted {
    std::string version;
    PreviousEnd previous_end = PreviousEnd::first_start;
};
struct AgentStopping {
    std::string cause;  // closed list: "signal", "upgrade"
};

// --- card readers
struct CardInserted {
    ReaderName reader;
    Tag card;
};
struct CardRemoved {
    ReaderName reader;
};
// The reader vanished, or the state of its card is unknown, while a card was in it.
struct PresenceLost {
    ReaderName reader;
};

// --- activity: when, never what
struct ActivitySeen {
    SeatName seat;
    Instant at;
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
// logind's answer to a lock request: its signal is out, no more than that.
struct LockSignalled {
    SessionId id;
    bool ok = false;
};

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
    std::variant<AgentStarted, AgentStopping, CardInserted, CardRemoved, PresenceLost, ActivitySeen,
                 DeadlineReached, SessionOpened, SessionChanged, SessionClosed, SessionLocked,
                 SessionUnlocked, WitnessLost, LockSignalled, UsbDeviceArrived, UsbDeviceLeft,
                 UsbSwitched, MediumArrived, MediumChanged, MediumLeft, MediumExamined, SourceLost,
                 SourceBack, LogGap, PolicyApplied, PolicyRejected>;

}  // namespace vaktpost::core
