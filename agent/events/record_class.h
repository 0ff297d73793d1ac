// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "agent/core/record.h"

namespace vaktpost::events {

// What goes first when room is short, and what leaves the machine. The numbers stand in the
// database.
enum class RecordClass : std::uint8_t {
    reserved = 0,      // blocks, tampering, policy, the log itself: chatter cannot push them out
    ordinary = 1,      // the rest
    routine = 2,       // the day's work, sent to the centre
    routine_here = 3,  // the same where the policy keeps it on the machine: only its hash leaves
};

// By the type's flag, else by the severity: a notice and above is reserved, and so is what the log
// says about itself.
RecordClass class_of(const core::Record& record, bool routine_stays);

}  // namespace vaktpost::events
