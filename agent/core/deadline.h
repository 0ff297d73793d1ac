// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "agent/core/words.h"

namespace vaktpost::core {

enum class DeadlineKind {
    card_grace,      // subject: session; a pulled card may come back until then
    presence_lease,  // subject: reader; the card source may come back until then
    card_debounce,   // subject: reader; a flickering contactless card may come back until then
    idle,            // subject: seat; the idle warning is due, unless somebody was active
    idle_lock,       // subject: seat; the end of the warning
    lock_confirm,    // subject: session; a witness must have confirmed by then
    hold,            // subject: seat; the screen has been held open long enough
    way_back,        // subject: seat; a keyboard or reader that is swapped should be back by then
    left_behind,     // subject: session; the policy ends one left behind for so long
    mount_judge,     // subject: mount; somebody must have said what it stands on by then
    sleep,           // no subject; the machine sleeps now, locked or not
    network,         // subject: what was found on the network; empty: the first uplink. What has
                     // just come or gone counts by then
    usb_time,        // no subject; a rule or an exception may begin or end then
    heartbeat,       // no subject
    routine,         // no subject; the hour's routine records are counted then
};
VAKTPOST_WORDS(DeadlineKind, "card_grace", "presence_lease", "card_debounce", "idle", "idle_lock",
               "lock_confirm", "hold", "way_back", "left_behind", "mount_judge", "sleep", "network",
               "usb_time", "heartbeat", "routine");

// One deadline per kind and subject: setting it again moves it.
struct DeadlineId {
    DeadlineKind kind = DeadlineKind::heartbeat;
    std::string subject;
    auto operator<=>(const DeadlineId&) const = default;
};

}  // namespace vaktpost::core
