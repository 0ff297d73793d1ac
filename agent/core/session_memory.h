// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/core/types.h"

namespace vaktpost::core {

// A card that a session depends on: in which reader, and who it said it was (empty: not known).
using BoundCards = std::map<ReaderName, Tag>;

// What must not get lost when the agent ends and is started again.
struct SessionMemory {
    SessionId id;
    BoundCards bound;
    bool owed = false;  // a lock was asked for and not confirmed
    bool operator==(const SessionMemory&) const = default;
};
using SessionMemories = std::vector<SessionMemory>;

}  // namespace vaktpost::core
