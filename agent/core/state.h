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
#include "agent/core/host.h"
#include "agent/core/known_input.h"
#include "agent/core/medium.h"
#include "agent/core/mount.h"
#include "agent/core/policy.h"
#include "agent/core/record.h"
#include "agent/core/session.h"
#include "agent/core/session_memory.h"
#include "agent/core/source.h"
#include "agent/core/usb.h"
#include "agent/core/usb_circumstances.h"
#include "agent/core/usb_exception.h"
#include "agent/core/usb_match.h"

namespace vaktpost::core {

enum class LockTrigger {
    card_removed,
    presence_lost,
    other_card,
    idle,
    handover,
    suspend,
    source_back,
    source_lost,
    witness_lost,
    foreground,  // a session that could not be locked in the background came to the front
    agent_back,  // asked for by a run of the agent that did not live to see it confirmed
    other
};
VAKTPOST_WORDS(LockTrigger, "card_removed", "presence_lost", "other_card", "idle", "handover",
               "suspend", "source_back", "source_lost", "witness_lost", "foreground", "agent_back",
               "other");

enum class LockState {
    unlocked,
    requested,    // a step is under way, no witness yet
    locked,       // witnesses say so
    unconfirmed,  // asked for in vain, or the witness is gone: counts as not locked, and as not
                  // unlocked either
};
VAKTPOST_WORDS(LockState, "unlocked", "requested", "locked", "unconfirmed");

// One lock from its trigger to its confirmation.
struct LockAttempt {
    LockTrigger trigger = LockTrigger::other;
    Instant triggered;
    std::optional<Instant> requested;  // of the newest step
    std::optional<Instant> signalled;  // likewise
    LockStep step = LockStep::ask;
    std::size_t next = 0;  // place in the policy's escalation of the step that may follow
    int attempts = 0;
    std::string failed;  // why the step before ended; empty for the first
    Seq request = 0;     // record of the newest step
};

struct Session {
    SessionInfo info;
    LockState lock = LockState::unlocked;
    LockAttempt attempt;
    std::set<Witness> witnesses;
    BoundCards bound;  // the cards this session depends on
    std::optional<Seq>
        grace_cause;      // a bound card was pulled and may still come back: record of that
    bool shaken = false;  // logind went away under it: the desktop may have lost its screen
    std::optional<Instant> unlock_asked;
    std::optional<LockMeans> means;  // none: not told yet
    bool no_way_back = false;        // as last recorded
    bool left_behind = false;        // another user works beside it
    bool not_approved = false;       // its account is not, for this machine; as last recorded
};

struct Reader {
    bool card = false;
    std::string atr;
    Tag identity;  // empty: not known
    CardRole role = CardRole::presence;
    bool leased = false;            // what was last said counts until the lease ends
    bool flickered = false;         // the card went and may come back within the debounce
    std::optional<Instant> pulled;  // when that was
    bool forgotten = false;         // that this card was left behind has been recorded
};

enum class IdlePhase { off, waiting, warning };

struct Seat {
    Instant deliberate;   // last key, click, touch or card, or when the idle period started anew
    Instant movement;     // last movement of a pointer
    Instant quiet_since;  // what counts of the two
    Instant due;          // of the deadline set last
    IdlePhase phase = IdlePhase::off;
    bool observed = false;  // observe mode: this quiet time has been recorded already
    std::optional<Instant> hold_until;
    std::string hold_reason;
    std::vector<Instant> holds;    // of the last 24 hours
    std::optional<bool> keyboard;  // none: not told yet, counts as there
    bool touch = false;
    bool built_in_keyboard = false;
    bool way_back_missing = false;  // its deadline runs
};

enum class InterfaceVerdict {
    allow,
    block,
    examine,     // storage: what is on it decides
    read_only,   // storage: likewise, and what is refused may be read all the same
    quarantine,  // no session hears of it: until a driver shows what it is, or it is proved
};
VAKTPOST_WORDS(InterfaceVerdict, "allow", "block", "examine", "read_only", "quarantine");

struct InterfaceDecision {
    InterfaceVerdict verdict = InterfaceVerdict::block;
    RuleId rule;
    bool observed = false;  // would be blocked, but the policy only observes
    bool audited = false;   // allowed, and the record says so
    bool hardware = false;  // storage whose device encrypts by itself what looks plain
    bool operator==(const InterfaceDecision&) const = default;
};

struct UsbDeviceState {
    UsbDevice device;
    std::map<std::uint8_t, InterfaceDecision> interfaces;
    std::optional<Instant> decided;  // set while a switch is under way that is to be recorded
    std::optional<Seq> cause;        // the medium's record, when it was withdrawn because of that
    UsbCircumstances circumstances;  // of the newest judgement
    bool judged = false;        // false: it waits for the sessions to be told, and stays as it is
    std::optional<Seq> record;  // of the newest decision
    std::vector<std::string> told;  // what that record says of each interface
    Proof proof = Proof::none;
    std::vector<std::uint8_t> asked;  // interfaces on which the code is being waited for
    int unheard = 0;                  // how often nobody could type on it
};

enum class MediumPhase { examining, admitted, blocked };
VAKTPOST_WORDS(MediumPhase, "examining", "admitted", "blocked");

struct MediumState {
    Medium medium;
    MediumPhase phase = MediumPhase::examining;
    bool was_admitted = false;
    bool waits = false;              // examined, and its device is not judged yet
    bool condemned = false;          // mounted past the gate: closed until it is plugged in again
    std::optional<Seq> admitted_by;  // record of the admission
    std::optional<Admission> admission;  // set with admitted_by
    Examination examination;             // the newest
    RuleId rule;                         // of the newest decision
    std::optional<Seq> record;           // likewise
    std::optional<KnownMedium> known;    // as it was put into the register last
};

// Something about the network that the rules do not want.
struct NetworkFinding {
    EventType type = EventType::network_second_uplink;
    RuleId rule;
    Notice notice = Notice::second_uplink;
    std::vector<Field> data;  // of its record
    bool at_once = false;     // no accident: told as soon as it is seen
    bool present = true;
    std::optional<Seq> told;  // its record; none: it may pass yet
};

struct NetworkState {
    std::vector<Uplink> uplinks;
    NetworkSharing sharing;
    std::string first;  // the uplink that passes for the internal one where no policy names it
    bool first_away = false;                         // and may come back: its deadline runs
    std::map<std::string, NetworkFinding> findings;  // by their deadline's subject
};

struct MountState {
    Mount mount;
    bool asked = false;   // what it stands on
    bool judged = false;  // that was told, or never will be
    bool gone = false;    // kept for the answer alone
};

enum class SourcePhase { starting, ready, lost };
VAKTPOST_WORDS(SourcePhase, "starting", "ready", "lost");

struct SourceState {
    SourcePhase phase = SourcePhase::starting;
    Instant since;
    std::string cause;            // of the loss
    std::optional<Seq> degraded;  // record of the loss
};

// What has been said about the end of a rule with "until", in this run.
enum class RuleEnd { none, warned, expired };

struct State {
    Seq next_seq = 1;  // set by the runtime from the log before the first event
    std::string version;
    std::string host;  // this machine's name, set by the runtime before the first event
    Instant started;
    bool armed_once = false;
    std::optional<Instant> sleep_asked;  // the machine is about to sleep, and waits for us
    bool asleep = false;                 // it may have slept since
    std::optional<Duration> boot_gap;

    std::map<Source, SourceState> sources;
    std::map<SessionId, Session> sessions;
    std::map<ReaderName, Reader> readers;
    std::vector<Instant> readers_unplugged;  // USB card readers that left, and no card was missed
    std::map<SeatName, Seat> seats;
    std::map<SessionId, SessionMemory> remembered;  // of the run before, not yet taken up
    std::map<DeviceId, UsbDeviceState> usb;
    KnownInputs known_inputs;
    bool learning_inputs = false;         // the first start: what is present becomes known
    std::optional<Instant> proof_failed;  // the newest one that did
    std::map<MediumId, MediumState> media;
    // Blocked, and gone with the interface that was withdrawn for it from a device that is still
    // plugged in: kept to be explained.
    std::map<MediumId, MediumState> withdrawn_media;
    std::map<PlainDisk, std::optional<Seq>> plain_disks;  // with their records, if of this run
    std::map<MountId, MountState> mounts;
    NetworkState network;

    std::optional<Wall> wall;         // none: not told yet
    std::optional<Instant> time_due;  // of the deadline usb_time
    UsbExceptions exceptions;         // given by operators
    std::map<RuleId, RuleEnd> rules_ended;
    std::optional<Surroundings> judged_around;  // what the devices were judged by last
    std::uint64_t routine_uncounted = 0;        // records since the newest log.routine
    bool routine_due = false;                   // the deadline routine is set
};

enum class Health { starting, armed, degraded };
VAKTPOST_WORDS(Health, "starting", "armed", "degraded");

Health health_of(const State& state);
std::vector<Source> lost_sources(const State& state);

// Null: no such session. Valid until a session opens or closes.
Session* find_session(State& state, const SessionId& id);

// Desktops and console logins on a seat of this workstation, and remote sessions where the policy
// says so. Greeters have nothing to lock, boards have nobody who could unlock them.
bool is_guarded(const Session& session, const Policy& policy);

// Whether the session can be unlocked again, with what is plugged in now. What is not known counts
// as there: a source that is away must not keep a session from being locked.
bool has_way_back(const State& state, const Policy& policy, const Session& session);

// What of keyboard, touch and card is there to unlock with on that seat; likewise.
std::vector<UnlockNeed> ways_back(const State& state, const Policy& policy, const SeatName& seat);

// No guarded session is open.
bool all_locked(const State& state, const Policy& policy);

// What the next run of the agent has to know if this one ends now.
SessionMemories memory_of(const State& state);

}  // namespace vaktpost::core
