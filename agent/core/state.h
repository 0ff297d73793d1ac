// SPDX-License-Identifier: GPL-3.0-or-later
// All that core remembers between two events. A plain value: copying it is enough to try a decision
// out.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "agent/core/medium.h"
#include "agent/core/record.h"
#include "agent/core/session.h"
#include "agent/core/source.h"
#include "agent/core/usb.h"

namespace vaktpost::core {

enum class LockTrigger {
    card_removed,
    presence_lost,
    idle,
    source_back,
    source_lost,
    witness_lost,
    other
};
VAKTPOST_WORDS(LockTrigger, "card_removed", "presence_lost", "idle", "source_back", "source_lost",
               "witness_lost", "other");

enum class LockState {
    unlocked,
    requested,    // asked for, no witness yet
    locked,       // a witness says so
    unconfirmed,  // asked for in vain, or the witness is gone: counts as not locked, and as not
                  // unlocked either
};
VAKTPOST_WORDS(LockState, "unlocked", "requested", "locked", "unconfirmed");

// One lock from its trigger to its confirmation.
struct LockAttempt {
    LockTrigger trigger = LockTrigger::other;
    Instant triggered;
    std::optional<Instant> requested;
    std::optional<Instant> signalled;
    int attempts = 0;
    Seq request = 0;  // record of the last request
};

struct Session {
    SessionInfo info;
    LockState lock = LockState::unlocked;
    LockAttempt attempt;
    std::set<Witness> witnesses;
    std::set<ReaderName> bound;  // readers whose card this session depends on
    std::optional<Seq>
        grace_cause;      // a bound card was pulled and may still come back: record of that
    bool shaken = false;  // logind went away under it: the desktop may have lost its screen
};

struct Reader {
    bool card = false;
    bool leased = false;  // the card source is away; what it said last counts until the lease ends
};

enum class IdlePhase { off, waiting, warning };

struct Seat {
    Instant quiet_since;  // last activity, or when the idle period started anew
    IdlePhase phase = IdlePhase::off;
    bool observed = false;  // observe mode: this quiet time has been recorded already
};

enum class InterfaceVerdict { allow, block, examine };

struct InterfaceDecision {
    InterfaceVerdict verdict = InterfaceVerdict::block;
    RuleId rule;
    bool observed = false;  // would be blocked, but the policy only observes
    bool operator==(const InterfaceDecision&) const = default;
};

struct UsbDeviceState {
    UsbDevice device;
    std::map<std::uint8_t, InterfaceDecision> interfaces;
    std::optional<Instant> decided;  // set while a switch is under way that is to be recorded
    std::optional<Seq> cause;        // the medium's record, when it was withdrawn because of that
};

enum class MediumPhase { examining, admitted, blocked };
VAKTPOST_WORDS(MediumPhase, "examining", "admitted", "blocked");

struct MediumState {
    Medium medium;
    MediumPhase phase = MediumPhase::examining;
    bool was_admitted = false;
    std::optional<Seq> admitted_by;  // record of the admission
    Examination examination;         // the newest
};

enum class SourcePhase { starting, ready, lost };
VAKTPOST_WORDS(SourcePhase, "starting", "ready", "lost");

struct SourceState {
    SourcePhase phase = SourcePhase::starting;
    Instant since;
    std::string cause;            // of the loss
    std::optional<Seq> degraded;  // record of the loss
};

struct State {
    Seq next_seq = 1;  // set by the runtime from the log before the first event
    std::string version;
    Instant started;
    bool armed_once = false;
    std::optional<Duration> boot_gap;

    std::map<Source, SourceState> sources;
    std::map<SessionId, Session> sessions;
    std::map<ReaderName, Reader> readers;
    std::optional<Instant> reader_unplugged;  // when the last USB card reader left
    std::map<SeatName, Seat> seats;
    std::map<DeviceId, UsbDeviceState> usb;
    std::map<MediumId, MediumState> media;
};

enum class Health { starting, armed, degraded };
VAKTPOST_WORDS(Health, "starting", "armed", "degraded");

Health health_of(const State& state);
std::vector<Source> lost_sources(const State& state);

// Desktops and console logins on a seat of this workstation. Greeters have nothing to lock;
// sessions without a seat (ssh, serial) do not depend on who sits here.
bool is_guarded(const Session& session);

}  // namespace vaktpost::core
