// SPDX-License-Identifier: GPL-3.0-or-later
// A card that a session depends on is gone, may come back, or cannot be seen any more.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

// What a record says of the card in this reader, so that the decision can be tried again by another
// policy: its model, who depends on it, and with what they could unlock. `of`: that session alone.
void describe_dependence(const State& state, const Policy& policy, const ReaderName& reader,
                         std::vector<Field>& data, const Session* of = nullptr);

// The card in this reader is gone for good, or has only been pulled: what each session that depends
// on it has to fear. `cause`: the record that says so.
void card_gone(Context& context, const ReaderName& reader, LockTrigger trigger, Seq cause);
// The card in this reader was pulled: where the policy allows a grace, it may come back.
void card_pulled(Context& context, const ReaderName& reader, Seq cause);

// What the policy says for one session: lock, warn, end or nothing.
void presence_gone(Context& context, Session& session, LockTrigger trigger, Seq cause);

// A running grace of this session no longer matters.
void forget_grace(Context& context, Session& session);
void on_card_grace_deadline(Context& context, const SessionId& id);

// A reader left the bus a moment ago and nothing has been heard of its card yet. Each one explains
// one card: the reader beside it may be pulled in the same second.
bool reader_just_left(Context& context);

void on_presence_lost(Context& context, const PresenceLost& event);
// The card source is away: what it said last counts for the policy's presence_lease.
void on_cards_lost(Context& context);
void on_presence_lease_deadline(Context& context, const ReaderName& reader);
// The card in this reader is seen again, or its absence is certain.
void end_lease(Context& context, const ReaderName& reader);

// The card source has told all: cards that a session depended on before the agent was started anew
// and that are not there any more were pulled meanwhile.
void on_cards_known(Context& context);

}  // namespace vaktpost::core
