// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/catalogue.h"

#include <array>

namespace vaktpost::core {
namespace {

using enum FieldType;

constexpr std::array started{
    FieldSpec{"version", text, "the agent's version"},
    FieldSpec{"previous_end", text, "how the run before ended: first_start, clean or unclean"},
    FieldSpec{"previous_result", text,
              "how systemd saw it end: success, signal, watchdog, oom-kill and the like; absent "
              "where that is not known"},
    FieldSpec{"away_ms", integer, "from that end to this start; absent where that is not known"},
    FieldSpec{"locked_meanwhile", integer,
              "sessions that were asked to lock because no agent was there; absent: none"},
};
constexpr std::array armed{
    FieldSpec{
        "boot_gap_ms", integer,
        "from the first USB enumeration of this boot to armed; only on the boot's first start"},
    FieldSpec{
        "open_before", integer,
        "USB storage that a driver had before the agent looked, disks of the system left out; "
        "likewise"},
    FieldSpec{"start_ms", integer, "from the agent's start to armed"},
};
constexpr std::span<const FieldSpec> nothing;
constexpr std::array cause_only{
    FieldSpec{"cause", text, "why, from a closed list"},
};
constexpr std::array degraded{
    FieldSpec{"source", text,
              "what was lost: card, activity, devices, sessions, network, log or mounts"},
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
    FieldSpec{"media", integer,
              "removable media present; like the two before absent with routine = \"counts\""},
    FieldSpec{"acknowledged_epoch", integer,
              "the centre has stored what leaves the machine up to this epoch"},
    FieldSpec{"acknowledged_seq", integer, "and this number in it; both absent: nothing yet"},
    FieldSpec{"waiting", integer,
              "records that are to leave the machine and that the centre does not have"},
};
constexpr std::string_view reader_help = "the reader's name as PC/SC lists it";
constexpr std::string_view role_help = "the card's, by the policy: presence, signing or ignore";
constexpr std::string_view atr_help =
    "the card's answer to reset, hex digits: its model, not whose it is; absent where it has none";
constexpr std::string_view depended_help =
    "sessions that depended on their card then, each as class:lock state, and \":background\" "
    "behind it where it was not in front";
constexpr std::string_view unlock_with_help =
    "what an unlock could be done with there: keyboard, touch, card";
constexpr std::array card_in{
    FieldSpec{"reader", text, reader_help},
    FieldSpec{"role", text, role_help},
    FieldSpec{"atr", text, atr_help},
};
constexpr std::array card_out{
    FieldSpec{"reader", text, reader_help},
    FieldSpec{"role", text, role_help},
    FieldSpec{"atr", text, atr_help},
    FieldSpec{"depended", text_list, depended_help},
    FieldSpec{"unlock_with", text_list, unlock_with_help},
    FieldSpec{"debounced_ms", integer, "from the pull to this; absent: none"},
};
constexpr std::array another_card{
    FieldSpec{"reader", text, reader_help},
    FieldSpec{"card", text, "keyed tag of the card; absent where it gives no identity"},
    FieldSpec{"atr", text, atr_help},
    FieldSpec{"depended", text_list, depended_help},
    FieldSpec{"unlock_with", text_list, unlock_with_help},
};
constexpr std::array whose_card{
    FieldSpec{"reader", text, reader_help},
    FieldSpec{"card", text, "keyed tag of the card; absent where it gives no identity"},
};
constexpr std::array reader_gone{
    FieldSpec{"reader", text, reader_help},
    FieldSpec{"role", text, "the card's, by the policy; absent where the agent has not seen it"},
    FieldSpec{"atr", text, atr_help},
    FieldSpec{"depended", text_list, depended_help},
    FieldSpec{"unlock_with", text_list, unlock_with_help},
};
constexpr std::array opened{
    FieldSpec{"class", text, "graphical, text, greeter, remote or display"},
};
constexpr std::array account{
    FieldSpec{"account", text, "what kind it is, by the policy: personal, shared or display"},
};
constexpr std::array lock_check{
    FieldSpec{"means", text, "what would lock it: desktop, locker, curtain or none"},
    FieldSpec{"way_back", boolean, "it can be unlocked again with what is plugged in"},
};
constexpr std::array no_way_back{
    FieldSpec{"needs", text, "what an unlock takes and is missing: keyboard, touch or card"},
};
constexpr std::array lock_requested{
    FieldSpec{"trigger", text,
              "card_removed, presence_lost, other_card, idle, handover, suspend; source_back, "
              "witness_lost, foreground and agent_back where an earlier lock is asked for again"},
    FieldSpec{"step", text,
              "what was tried: ask, ask_again, own_locker, curtain, greeter or end_session"},
    FieldSpec{"attempt", integer, "1 for the first step, then counting"},
    FieldSpec{
        "because", text,
        "why the step before was not enough: deadline, refused, or the locker's failure "
        "(no_locker, no_display, exec, status, signal, gone, unseen, unknown); absent for the "
        "first"},
};
constexpr std::array locked{
    FieldSpec{"trigger", text, "what asked for it; other where the agent did not"},
    FieldSpec{"witnesses", text_list,
              "who confirmed: hint, saver, locker, confined_locker, greeter, curtain"},
    FieldSpec{
        "worth", text,
        "of the best of them: claimed (the user's programs can forge it, so there are two), "
        "seen (by the agent; a signal ends what it saw), hardened (it takes more than a signal), "
        "guarded (neither forged nor ended)"},
    FieldSpec{"step", text, "the step that was under way; absent where the agent did not ask"},
    FieldSpec{"requested_ms", integer, "from the trigger to that step"},
    FieldSpec{"signalled_ms", integer,
              "from the trigger to the answer that the step is under way; absent while there is "
              "none"},
    FieldSpec{"confirmed_ms", integer, "from the trigger to the confirmation"},
};
constexpr std::array unconfirmed{
    FieldSpec{"trigger", text,
              "what asked for the lock; source_lost where a confirmed one lost its witness"},
    FieldSpec{"attempts", integer, "how many steps were taken"},
    FieldSpec{"background", boolean,
              "nobody sees it: it is asked for again when it comes to the front"},
    FieldSpec{"because", text, "why the last step was not enough; absent where none was taken"},
    FieldSpec{"waited_ms", integer, "from the trigger to now"},
};
constexpr std::array suppressed{
    FieldSpec{"trigger", text, "what would have locked: card_removed, presence_lost, other_card"},
    FieldSpec{"reason", text, "policy: it only warns; no_way_back: nobody could unlock it again"},
};
constexpr std::array hold{
    FieldSpec{"reason", text, "a word of the policy's list"},
    FieldSpec{"minutes", integer, "how long the screen stays open"},
    FieldSpec{"count", integer, "holds on this seat in 24 hours, this one included"},
    FieldSpec{"beyond_cap", boolean, "more than the policy's daily cap"},
};
constexpr std::array signed_out{
    FieldSpec{"cause", text,
              "why it failed: status, signal, deadline or exec; absent when it did "
              "not"},
};
constexpr std::array ended{
    FieldSpec{"trigger", text, "what led to it"},
};
constexpr std::array sleeping{
    FieldSpec{"locked", boolean, "every session that the agent guards is locked"},
    FieldSpec{"waited_ms", integer, "how long the machine was kept from sleeping"},
};
constexpr std::array unlocked{
    FieldSpec{"witness", text, "who said so, as in session.locked"},
};
constexpr std::array usb_decision{
    FieldSpec{"device", text, "the kernel's name of the port, for example 1-2.3"},
    FieldSpec{"vendor", text, "four hex digits; forgeable"},
    FieldSpec{"product", text, "four hex digits; forgeable"},
    FieldSpec{"serial", text, "keyed tag of the serial number; absent where there is none"},
    FieldSpec{"allowed", text_list, "interfaces released, as number=class:subclass:protocol"},
    FieldSpec{"blocked", text_list, "interfaces withdrawn, likewise"},
    FieldSpec{"examined", text_list, "storage interfaces released for examination only, likewise"},
    FieldSpec{"read_only", text_list,
              "storage interfaces whose media may be read at least, likewise"},
    FieldSpec{"quarantine", text_list,
              "interfaces that no session hears of until it is known what they are, or a code has "
              "been typed on them, likewise"},
    FieldSpec{"audited", text_list, "interfaces that a rule allows and wants recorded, likewise"},
    FieldSpec{"hardware", text_list,
              "storage interfaces whose device is trusted to encrypt by itself, likewise"},
    FieldSpec{"rules", text_list, "the rule that decided each interface, as number=rule"},
    FieldSpec{"keyboard", text,
              "of a device that types: known at that port with these descriptors, which can be "
              "forged; proved by a code typed on it; new; or only: there is no other; else absent"},
    FieldSpec{"descriptors", text,
              "SHA-256 over all its descriptors, in which no serial number stands; absent where "
              "they cannot be read"},
    FieldSpec{"connect_type", text,
              "how its port is made: hotplug, hardwired or not used; absent where that is unknown"},
    FieldSpec{"shown", text_list,
              "what interfaces have shown of themselves, as number=words: keyboard (somebody can "
              "log in with it), types, mtp, driven (a driver has made input devices of it)"},
    FieldSpec{"screen", text,
              "by what it was judged: open, locked, nobody (no session in front), lost (nobody can "
              "tell) or untold (not yet, and no rule asked)"},
    FieldSpec{"front", text, "what was in front: desktop, console, login or none"},
    FieldSpec{"utc_offset_min", integer,
              "how far local time was ahead of UTC; absent where the clock had not been told"},
    FieldSpec{"known", text,
              "of an input device: known at that port as keyboard or other; absent: not known"},
    FieldSpec{"suspected", boolean,
              "likewise: at that port something was withheld from a locked screen; else absent"},
    FieldSpec{"other_keyboard", boolean, "likewise: another keyboard works"},
    FieldSpec{"proof", text,
              "likewise, of the code that may be asked for: passed, failed, paused (one has failed "
              "a moment ago) or busy (another device is asked); else absent"},
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
constexpr std::array exception_granted_fields{
    FieldSpec{"device", text, "the kernel's name of the port"},
    FieldSpec{"vendor", text, "four hex digits; forgeable"},
    FieldSpec{"product", text, "four hex digits; forgeable"},
    FieldSpec{"serial", text, "keyed tag of the serial number; absent where there is none"},
    FieldSpec{"reason", text, "from the policy's list"},
    FieldSpec{"until", text, "when it ends, RFC 3339 in UTC"},
    FieldSpec{"minutes", integer, "how long it holds"},
    FieldSpec{"by", text, "who gave it: root or operator"},
};
constexpr std::array exception_fields{
    FieldSpec{"device", text, "the kernel's name of the port; absent where no device is meant"},
    FieldSpec{"vendor", text, "four hex digits; absent for a rule of the policy"},
    FieldSpec{"product", text, "four hex digits; likewise"},
    FieldSpec{"serial", text, "keyed tag of the serial number; absent where there is none"},
    FieldSpec{"reason", text, "from the policy's list; absent for a rule of the policy"},
    FieldSpec{"unit", text, "who answers for the rule of the policy; absent for an operator's"},
    FieldSpec{"until", text, "when it ends, RFC 3339 in UTC"},
    FieldSpec{"minutes", integer, "how much is left; absent where it is used or over"},
};
constexpr std::array media_decision{
    FieldSpec{"medium", text, "kernel name and disk sequence number"},
    FieldSpec{"device", text, "the USB device behind it; absent for an SD slot"},
    FieldSpec{"size", integer, "bytes"},
    FieldSpec{"verdict", text,
              "encrypted, plain, unknown or error; hardware: plain to us, on a device that "
              "encrypts by itself"},
    FieldSpec{"reason", text, "the examiner's words"},
    FieldSpec{"parts", part_list, "each part: offset, size, type, verdict, evidence"},
    FieldSpec{"verdict_ms", integer, "from block device present to verdict"},
    FieldSpec{"slot", boolean, "what it is in stays without it: a card reader, an optical drive"},
    FieldSpec{"interface", integer,
              "the USB interface that it hangs on; absent where none is known"},
    FieldSpec{"through", text,
              "what was decided about that: examine, read_only, allow, block or quarantine; absent "
              "where nothing was"},
    FieldSpec{"unlock_only", boolean, "it was left for an administrator to unlock; else absent"},
    FieldSpec{"tag", text,
              "keyed tag of what identifies it, as in the register; absent where nothing does"},
    FieldSpec{"volumes", text_list,
              "likewise of each of its parts; absent where it has no more than one"},
    FieldSpec{
        "enrolment", text,
        "of a token in its header: valid, expired, undated (the clock cannot tell), untrusted "
        "(another's key) or invalid; absent where there is none"},
    FieldSpec{"unit", text,
              "the organisation's unit that answers for it; with a token that is "
              "genuine"},
    FieldSpec{"serial", text, "the organisation's serial for it; likewise"},
};
constexpr std::array media_known{
    FieldSpec{"medium", text, "kernel name and disk sequence number"},
    FieldSpec{"device", text, "the USB device behind it; absent for an SD slot"},
    FieldSpec{"tag", text,
              "keyed tag of what identifies it, as in the register; absent where nothing does"},
    FieldSpec{"organisation", text, "whose it is; absent where it is not enrolled"},
    FieldSpec{"unit", text, "the organisation's unit that answers for it; likewise"},
    FieldSpec{"serial", text, "the organisation's serial for it; likewise"},
    FieldSpec{"expires", text, "when its token ends, RFC 3339 in UTC; likewise"},
};
constexpr std::array disk_plain{
    FieldSpec{"use", text, "what it is used for: root, swap or data"},
    FieldSpec{"device", text,
              "the kernel's name of what is used, for example vda1 or dm-0; a file system's kind "
              "where that has disks of its own"},
    FieldSpec{"because", text,
              "no_crypt: a way to a disk meets no dm-crypt; not_understood: the kernel does not "
              "say what lies below; unreadable: the mount table could not be read"},
    FieldSpec{"present", boolean, "false: it was recorded before and is so no more"},
};
constexpr std::array second_uplink{
    FieldSpec{"interface", text, "the kernel's name; a hardware address in it is left out"},
    FieldSpec{"kind", text, "cable, wifi, modem, phone, bluetooth or other"},
    FieldSpec{"driver", text, "the kernel's name of its driver; absent where none is known"},
    FieldSpec{"beside", text, "the internal one's interface, likewise"},
    FieldSpec{"beside_kind", text, "and its kind"},
    FieldSpec{"present", boolean,
              "false: it was recorded before and is there no more, or no longer beside that one"},
};
constexpr std::array sharing{
    FieldSpec{"how", text, "forwarding, access_point or bridge"},
    FieldSpec{"family", text, "of what is forwarded: ipv4 or ipv6"},
    FieldSpec{"masquerade", boolean,
              "with forwarding: the kernel has loaded what masquerading takes; whether a rule uses "
              "it is not seen"},
    FieldSpec{"interface", text, "of the access point or bridge; an address in it is left out"},
    FieldSpec{"present", boolean, "false: it was recorded before and is so no more"},
};
constexpr std::array bypass{
    FieldSpec{"medium", text, "kernel name and disk sequence number of the disk below"},
    FieldSpec{"device", text, "the USB device behind it; absent where none is known"},
    FieldSpec{"how", text,
              "refused: by the kernel, so that nobody saw what is on it; undone: unmounted again; "
              "mounted: it could not be undone"},
    FieldSpec{"evidence", text,
              "of a mount: plain, null_cipher, or unknown where it could not be told; of a "
              "refusal: external, unknown_disk, too_deep, or writable where only reading is "
              "allowed"},
    FieldSpec{"file_system", text, "the kernel's name of its type; of a refusal"},
    FieldSpec{"mount", text, "number of the device that was to be mounted"},
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
    FieldSpec{"cause", text, "size, retention, damage, or the log's words for its trouble"},
    FieldSpec{"epoch", integer, "their epoch; absent: this record's own"},
};
constexpr std::array epoch{
    FieldSpec{"cause", text, "what was wrong with the database"},
    FieldSpec{"last_epoch", integer, "epoch of the last record before that is known; absent: none"},
    FieldSpec{"last_seq", integer, "its number"},
    FieldSpec{"acknowledged_epoch", integer,
              "epoch of the last record that the centre has acknowledged; absent: none known"},
    FieldSpec{"acknowledged_seq", integer, "its number"},
};
constexpr std::array pruned{
    FieldSpec{"epoch", integer, "of the records that were removed"},
    FieldSpec{"first", integer, "number of the first one"},
    FieldSpec{"last", integer, "number of the last one"},
    FieldSpec{"count", integer, "how many; the others of that range are there"},
    FieldSpec{"cause", text, "size or retention"},
    FieldSpec{
        "what", text,
        "all: nothing up to the last and of earlier epochs remains; routine: routine records that "
        "had stayed on the machine; damage: what could not be saved of a damaged database"},
};
constexpr std::array full{
    FieldSpec{"percent", integer, "of the room for records that is used"},
    FieldSpec{"waiting", integer, "records that the centre does not have"},
};
constexpr std::array routine_counted{
    FieldSpec{"first", integer,
              "number of the first routine record counted here; absent with none"},
    FieldSpec{"last", integer, "number of the last one"},
    FieldSpec{"count", integer, "how many"},
    FieldSpec{"counts", text_list, "how many of each type: card.removed=3"},
    FieldSpec{"digests", text_list, "of each its number and the SHA-256 of the record as stored"},
    FieldSpec{"epoch", integer, "their epoch; absent: this record's own"},
};
constexpr std::array clock_step{
    FieldSpec{"by_ms", integer, "how far the wall clock was set forward, or back where negative"},
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
              card_in},
    EventSpec{card_removed, "card.removed", info, security, grouped, true, "A card was pulled.",
              card_out},
    EventSpec{card_presence_lost, "card.presence_lost", warning, security, at_once, false,
              "A reader with a card in it vanished or its state is unknown.", reader_gone},
    EventSpec{card_other, "card.other", warning, security, at_once, false,
              "Another presence card was put in while a session depended on its own.",
              another_card},
    EventSpec{card_forgotten, "card.forgotten", warning, security, at_once, false,
              "The screen locked for idleness with the card still in the reader.", whose_card},
    EventSpec{session_opened, "session.opened", info, security, grouped, true,
              "A login session opened.", opened},
    EventSpec{session_closed, "session.closed", info, security, grouped, true,
              "A login session closed.", opened},
    EventSpec{session_not_approved, "session.not_approved", warning, security, at_once, false,
              "An account was used on a machine that it is not approved for.", account},
    EventSpec{session_lock_check, "session.lock_check", info, operations, grouped, true,
              "What would lock a session, found out before anybody leaves it.", lock_check},
    EventSpec{session_no_way_back, "session.no_way_back", urgent, security, at_once, false,
              "A session could not be unlocked again with what is plugged in: a lost card warns "
              "and does not lock.",
              no_way_back},
    EventSpec{session_lock_requested, "session.lock_requested", info, security, at_once, true,
              "The agent took a step towards a lock.", lock_requested},
    EventSpec{session_locked, "session.locked", info, security, at_once, true,
              "A lock was confirmed.", locked},
    EventSpec{session_lock_unconfirmed, "session.lock_unconfirmed", urgent, security, at_once,
              false, "No witness confirms that the screen is locked.", unconfirmed},
    EventSpec{session_lock_suppressed, "session.lock_suppressed", notice, security, at_once, false,
              "There was reason to lock, and the user was only warned.", suppressed},
    EventSpec{session_unlocked, "session.unlocked", info, security, grouped, true,
              "A session was unlocked.", unlocked},
    EventSpec{session_hold, "session.hold", notice, security, at_once, false,
              "Somebody keeps the screen open for a while.", hold},
    EventSpec{session_left_behind, "session.left_behind", notice, security, at_once, false,
              "Another user works on the seat beside a session that was not logged out.", account},
    EventSpec{session_signed_out, "session.signed_out", info, security, at_once, true,
              "The sign-out command of a shared account has ended.", signed_out},
    EventSpec{session_ended, "session.ended", warning, security, at_once, false,
              "The agent ended a session because the policy says so.", ended},
    EventSpec{host_sleeping, "host.sleeping", info, security, at_once, true,
              "The machine goes to sleep.", sleeping},
    EventSpec{host_resumed, "host.resumed", info, operations, at_once, true,
              "The machine is awake again; readers, devices and sessions are asked anew.", nothing},
    EventSpec{usb_allowed, "usb.allowed", info, security, grouped, false,
              "Every interface of a device was released, for examination or into quarantine "
              "where that is said.",
              usb_decision},
    EventSpec{usb_blocked, "usb.blocked", warning, security, at_once, false,
              "Some or all interfaces of a device were withdrawn.", usb_decision},
    EventSpec{usb_removed, "usb.removed", info, security, grouped, false, "A device left.",
              usb_gone},
    EventSpec{exception_granted, "exception.granted", warning, security, at_once, false,
              "A device may be used for a while, whatever the rules say.",
              exception_granted_fields},
    EventSpec{exception_used, "exception.used", notice, security, at_once, false,
              "A device was let in by an exception.", exception_fields},
    EventSpec{exception_expiring, "exception.expiring", notice, operations, at_once, false,
              "An exception ends soon.", exception_fields},
    EventSpec{exception_expired, "exception.expired", notice, security, at_once, false,
              "An exception is over; devices that it let in have been judged anew.",
              exception_fields},
    EventSpec{media_admitted, "media.admitted", info, security, at_once, false,
              "A medium may be unlocked and mounted.", media_decision},
    EventSpec{media_blocked, "media.blocked", warning, security, at_once, false,
              "A medium stays closed.", media_decision},
    EventSpec{media_read_only, "media.read_only", notice, security, at_once, false,
              "A medium may be mounted and read, and the kernel refuses to write to it.",
              media_decision},
    EventSpec{media_changed, "media.changed", warning, security, at_once, false,
              "An admitted medium is no longer what was admitted.", media_decision},
    EventSpec{media_bypass, "media.bypass", warning, security, at_once, false,
              "A file system of a medium was mounted past the gate, or somebody tried to.", bypass},
    EventSpec{media_enrolled, "media.enrolled", notice, security, at_once, false,
              "An enrolled medium was admitted on this machine for the first time.", media_known},
    EventSpec{media_retired, "media.retired", warning, security, at_once, false,
              "A medium that the policy calls retired was plugged in.", media_known},
    EventSpec{host_disk_plain, "host.disk_plain", warning, security, at_once, false,
              "The system itself is stored on something that is not known to be encrypted.",
              disk_plain},
    EventSpec{network_second_uplink, "network.second_uplink", warning, security, at_once, false,
              "The machine is on another network beside the internal one.", second_uplink},
    EventSpec{network_sharing, "network.sharing", warning, security, at_once, false,
              "The machine lets others onto its network, or could.", sharing},
    EventSpec{policy_applied, "policy.applied", notice, operations, at_once, false,
              "A policy came into force.", applied},
    EventSpec{policy_rejected, "policy.rejected", warning, operations, at_once, false,
              "A policy was refused; the one in force stays.", rejected},
    EventSpec{log_gap, "log.gap", urgent, security, at_once, false,
              "Records were lost, and this says which.", gap},
    EventSpec{log_epoch, "log.epoch", urgent, security, at_once, false,
              "The log could not go on behind its last record, and begins a new epoch.", epoch},
    EventSpec{log_full, "log.full", warning, security, at_once, false,
              "The room for records is nearly used up, and the centre does not have them all.",
              full},
    EventSpec{
        log_pruned, "log.pruned", info, operations, at_once, false,
        "Records were removed from this machine by rule; the centre, where there is one, has them.",
        pruned},
    EventSpec{log_routine, "log.routine", info, operations, grouped, false,
              "What happened of routine: the records themselves stay on the machine.",
              routine_counted},
    EventSpec{clock_changed, "clock.changed", notice, security, at_once, false,
              "The wall clock was set.", clock_step},
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
