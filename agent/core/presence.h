// SPDX-License-Identifier: GPL-3.0-or-later
// Cards, readers, and the sessions that depend on them.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

// A session that opens or is unlocked depends on every card that is in at that moment.
void bind_present_cards(Context& context, Session& session);

// A running grace of this session no longer matters.
void forget_grace(Context& context, Session& session);

void on_card_inserted(Context& context, const CardInserted& event);
// A reader that is unplugged may report its card as removed before it is gone itself: shortly after
// a reader left the bus, a removal is presence lost.
void on_card_removed(Context& context, const CardRemoved& event);
void on_presence_lost(Context& context, const PresenceLost& event);
void on_card_grace_deadline(Context& context, const SessionId& id);

// The card source is away: what it said last counts for the policy's presence_lease.
void on_cards_lost(Context& context);
void on_presence_lease_deadline(Context& context, const ReaderName& reader);

}  // namespace vaktpost::core
