// SPDX-License-Identifier: GPL-3.0-or-later
// What a card that went, could not be seen any more, or was not the right one did to the sessions
// that depended on theirs.
#pragma once

#include <memory>
#include <vector>

#include "agent/replay/answer.h"
#include "agent/replay/recorded.h"
#include "agent/replay/rules.h"

namespace vaktpost::replay {

// What was recorded behind it and may matter to it.
struct FollowUp {
    enum class Kind {
        effect,    // of the decision itself
        inserted,  // a card, in whatever reader
        removed,   // likewise
        other,     // somebody else's
        lost,      // the reader itself
        asked,     // a session to lock, for another reason
        unconfirmed,
        locked,  // a session, by whatever
        closed,
    };
    Kind kind = Kind::effect;
    std::shared_ptr<const Recorded> record;  // one for all cards that it may matter to
};

struct CardCase {
    Recorded record;  // card.removed, card.presence_lost or card.other
    std::vector<FollowUp> after;
    bool hole = false;  // records behind it are missing
    core::Instant end;  // of what is known
};

// What is recorded later than this behind it does not matter any more.
inline constexpr core::Duration longest_case = std::chrono::minutes(6);

// Nothing: the record is none of these.
std::optional<FollowUp::Kind> follow_up(const CardCase& about, const Recorded& later);

Answer replay_card(const CardCase& about, Rules& rules);

}  // namespace vaktpost::replay
