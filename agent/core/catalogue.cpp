// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/catalogue.h"

#include <array>

namespace vaktpost::core {
namespace {

using enum FieldType;

constexpr std::array started{
    FieldSpec{"version", text, "the agent's version"},
    FieldSpec{"previous_end", text, "how the run before ended: first_start, clean or unclean"},
};
constexpr std::array armed{
    FieldSpec{
        "boot_gap_ms", integer,
        "from the first USB enumeration of this boot to armed; only on the boot's first start"},
    FieldSpec{"start_ms", integer, "from the agent's start to armed"},
};
constexpr std::array cause_only{
    FieldSpec{"cause", text, "why, from a closed list"},
};
constexpr std::array degraded{
    FieldSpec{"source", text, "what was lost: card, activity, devices or sessions"},
    FieldSpec{"cause", text, "the system's own words for the failure"},
};
constexpr std::array recovered{
    FieldSpec{"source", text, "what is back"},
    FieldSpec{"away_ms", integer, "how long it was lost"},
};
constexpr std::array heartbeat_fields{
    FieldSpec{"state", text, "starting, armed or degraded"},
    FieldSpec{"lost", text_list, "the sources that are lost"},
    FieldSpec{"sessions", integer, "open sessions that the agent guards"},
    FieldSpec{"usb_devices", integer, "USB devices present"},
    FieldSpec{"media", integer, "removable media present"},
};
constexpr std::array card{
    FieldSpec{"reader", text, "the reader's name as PC/SC lists it"},
    FieldSpec{"card", text, "keyed tag of the card; absent where it gives no identity"},
};
constexpr std::array reader_only{
    FieldSpec{"reader", text, "the reader's name as PC/SC lists it"},
};
constexpr std::array opened{
    FieldSpec{"class", text, "graphical, text, greeter, remote or other"},
};
constexpr std::array lock_requested{
    FieldSpec{
        "trigger", text,
        "card_removed, presence_lost, idle; source_back and witness_lost where an earlier lock "
        "is asked for again"},
    FieldSpec{"attempt", integer, "1 for the first request, then counting"},
};
constexpr std::array locked{
    FieldSpec{"trigger", text, "what asked for it; other where the agent did not"},
    FieldSpec{"witnesses", text_list, "who confirmed: hint, locker"},
    FieldSpec{"requested_ms", integer, "from the trigger to the request"},
    FieldSpec{"signalled_ms", integer,
              "from the trigger to logind's answer; absent while it has not answered"},
    FieldSpec{"confirmed_ms", integer, "from the trigger to the first witness"},
};
constexpr std::array unconfirmed{
    FieldSpec{"trigger", text,
              "what asked for the lock; source_lost where a confirmed one lost its witness"},
    FieldSpec{"attempts", integer, "how often it was asked for"},
    FieldSpec{"waited_ms", integer, "from the trigger to now"},
};
constexpr std::array unlocked{
    FieldSpec{"witness", text, "who said so: hint or locker"},
};
constexpr std::array usb_decision{
    FieldSpec{"device", text, "the kernel's name of the port, for example 1-2.3"},
    FieldSpec{"vendor", text, "four hex digits; forgeable"},
    FieldSpec{"product", text, "four hex digits; forgeable"},
    FieldSpec{"serial", text, "keyed tag of the serial number; absent where there is none"},
    FieldSpec{"allowed", text_list, "interfaces released, as number=class:subclass:protocol"},
    FieldSpec{"blocked", text_list, "interfaces withdrawn, likewise"},
    FieldSpec{"examined", text_list, "storage interfaces released for examination only, likewise"},
    FieldSpec{"present_at_start", boolean, "it was there before the agent"},
    FieldSpec{"decision_us", integer, "from the kernel's report to the decision"},
    FieldSpec{"done_us", integer, "from the kernel's report to the last switch set"},
    FieldSpec{"error", text, "the system's words where a switch failed"},
};
constexpr std::array usb_gone{
    FieldSpec{"device", text, "the kernel's name of the port"},
    FieldSpec{"vendor", text, "four hex digits"},
    FieldSpec{"product", text, "four hex digits"},
};
constexpr std::array media_decision{
    FieldSpec{"medium", text, "kernel name and disk sequence number"},
    FieldSpec{"device", text, "the USB device behind it; absent for an SD slot"},
    FieldSpec{"size", integer, "bytes"},
    FieldSpec{"verdict", text, "encrypted, plain, unknown or error"},
    FieldSpec{"reason", text, "the examiner's words"},
    FieldSpec{"parts", part_list, "each part: offset, size, type, verdict, evidence"},
    FieldSpec{"verdict_ms", integer, "from block device present to verdict"},
};
constexpr std::array applied{
    FieldSpec{"version", integer, "the policy's version"},
    FieldSpec{"sha256", text, "of the file"},
    FieldSpec{"source", text, "default, local, or last_good where the local one was refused"},
};
constexpr std::array rejected{
    FieldSpec{"error", text, "FILE:LINE:COL: message"},
};
constexpr std::array gap{
    FieldSpec{"first", integer, "number of the first record that was lost"},
    FieldSpec{"last", integer, "number of the last one"},
    FieldSpec{"count", integer, "how many"},
    FieldSpec{"cause", text, "the log's words"},
};

using enum EventType;
using enum Severity;
using enum Purpose;
using enum Urgency;

constexpr std::array specs{
    EventSpec{agent_started, "agent.started", info, operations, at_once, false,
              "The agent started.", started},
    EventSpec{agent_armed, "agent.armed", info, security, at_once, false,
              "Every source is ready and what was present has been judged.", armed},
    EventSpec{agent_stopping, "agent.stopping", notice, security, at_once, false,
              "The agent stops in order.", cause_only},
    EventSpec{agent_degraded, "agent.degraded", warning, security, at_once, false,
              "A source was lost: its part of the protection fails to the safe side.", degraded},
    EventSpec{agent_recovered, "agent.recovered", notice, security, at_once, false,
              "A lost source is back.", recovered},
    EventSpec{EventType::heartbeat, "heartbeat", info, operations, grouped, false,
              "A sign of life, at a fixed rate.", heartbeat_fields},
    EventSpec{card_inserted, "card.inserted", info, security, grouped, true, "A card was put in.",
              card},
    EventSpec{card_removed, "card.removed", info, security, grouped, true, "A card was pulled.",
              reader_only},
    EventSpec{card_presence_lost, "card.presence_lost", warning, security, at_once, false,
              "A reader with a card in it vanished or its state is unknown.", reader_only},
    EventSpec{session_opened, "session.opened", info, security, grouped, true,
              "A login session opened.", opened},
    EventSpec{session_closed, "session.closed", info, security, grouped, true,
              "A login session closed.", opened},
    EventSpec{session_lock_requested, "session.lock_requested", info, security, at_once, false,
              "The agent asked for a lock.", lock_requested},
    EventSpec{session_locked, "session.locked", info, security, at_once, true,
              "A lock was confirmed.", locked},
    EventSpec{session_lock_unconfirmed, "session.lock_unconfirmed", urgent, security, at_once,
              false, "No witness confirms that the screen is locked.", unconfirmed},
    EventSpec{session_unlocked, "session.unlocked", info, security, grouped, true,
              "A session was unlocked.", unlocked},
    EventSpec{usb_allowed, "usb.allowed", info, security, grouped, false,
              "Every interface of a device was released, or released for examination.",
              usb_decision},
    EventSpec{usb_blocked, "usb.blocked", warning, security, at_once, false,
              "Some or all interfaces of a device were withdrawn.", usb_decision},
    EventSpec{usb_removed, "usb.removed", info, security, grouped, false, "A device left.",
              usb_gone},
    EventSpec{media_admitted, "media.admitted", info, security, at_once, false,
              "A medium may be unlocked and mounted.", media_decision},
    EventSpec{media_blocked, "media.blocked", warning, security, at_once, false,
              "A medium stays closed.", media_decision},
    EventSpec{media_changed, "media.changed", warning, security, at_once, false,
              "An admitted medium is no longer what was admitted.", media_decision},
    EventSpec{policy_applied, "policy.applied", notice, operations, at_once, false,
              "A policy came into force.", applied},
    EventSpec{policy_rejected, "policy.rejected", warning, operations, at_once, false,
              "A policy was refused; the one in force stays.", rejected},
    EventSpec{log_gap, "log.gap", urgent, security, at_once, false,
              "Records were lost, and this says which.", gap},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < specs.size(); ++i)
        if (static_cast<std::size_t>(specs[i].type) != i) return false;
    return true;
}
static_assert(in_order(), "the table is indexed by EventType");

}  // namespace

std::span<const EventSpec> catalogue() {
    return specs;
}

const EventSpec& spec_of(EventType type) {
    return specs[static_cast<std::size_t>(type)];
}

}  // namespace vaktpost::core
