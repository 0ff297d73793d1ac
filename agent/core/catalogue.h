// SPDX-License-Identifier: GPL-3.0-or-later
// The event catalogue: every type of record and every field it may carry. Record writer, catalogue
// document, JSON Schema and privacy sheet are made from this table (agent/events), so they cannot
// drift.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "agent/core/words.h"

namespace vaktpost::core {

enum class EventType : std::uint8_t {
    agent_started,
    agent_armed,
    agent_stopping,
    agent_degraded,
    agent_recovered,
    heartbeat,
    card_inserted,
    card_removed,
    card_presence_lost,
    card_other,
    card_forgotten,
    session_opened,
    session_closed,
    session_not_approved,
    session_lock_check,
    session_no_way_back,
    session_lock_requested,
    session_locked,
    session_lock_unconfirmed,
    session_lock_suppressed,
    session_unlocked,
    session_hold,
    session_left_behind,
    session_signed_out,
    session_ended,
    host_sleeping,
    host_resumed,
    usb_allowed,
    usb_blocked,
    usb_removed,
    exception_granted,
    exception_used,
    exception_expiring,
    exception_expired,
    media_admitted,
    media_blocked,
    media_read_only,
    media_changed,
    media_bypass,
    media_enrolled,
    media_retired,
    host_disk_plain,
    network_second_uplink,
    network_sharing,
    policy_applied,
    policy_rejected,
    log_gap,
    log_epoch,
    log_full,
    log_pruned,
    log_routine,
    clock_changed,
};

enum class Severity : std::uint8_t { info, notice, warning, urgent };
VAKTPOST_WORDS(Severity, "info", "notice", "warning", "urgent");

enum class Purpose : std::uint8_t { operations, security };
VAKTPOST_WORDS(Purpose, "operations", "security");

// How long the log may hold a record back to commit it with others.
enum class Urgency : std::uint8_t {
    at_once,  // committed as soon as it is written
    grouped,  // within 1 s, with its neighbours
};

enum class FieldType : std::uint8_t { boolean, integer, text, text_list, part_list };

struct FieldSpec {
    std::string_view key;
    FieldType type;
    std::string_view help;  // what it says, with its unit or its list of words
};

struct EventSpec {
    EventType type;
    std::string_view name;  // "card.removed"
    Severity severity;
    Purpose purpose;
    Urgency urgency;
    bool routine;           // names neither subject nor session, only the session's class
    std::string_view when;  // one sentence
    std::span<const FieldSpec> fields;
};

std::span<const EventSpec> catalogue();  // in the order of EventType
const EventSpec& spec_of(EventType type);
inline std::string_view to_string(EventType type) {
    return spec_of(type).name;
}

}  // namespace vaktpost::core
