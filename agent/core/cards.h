// SPDX-License-Identifier: GPL-3.0-or-later
// Readers, the cards in them, and which sessions depend on them.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

// A session that opens or is unlocked depends on every presence card that is in at that moment.
void bind_present_cards(Context& context, Session& session);

// Locked because nobody is there, with a card the session depends on still in its reader.
void record_forgotten_cards(Context& context, const Session& session);
[[nodiscard]] bool has_card_left(const State& state, const Session& session);

// Under a new policy a card may have another role: sessions depend on presence cards alone.
void rejudge_cards(Context& context);

void on_reader_arrived(Context& context, const ReaderArrived& event);
void on_reader_left(Context& context, const ReaderLeft& event);
void on_card_inserted(Context& context, const CardInserted& event);
void on_card_identified(Context& context, const CardIdentified& event);
// A reader that is unplugged may report its card as removed before it is gone itself: shortly after
// a reader left the bus, a removal is presence lost.
void on_card_removed(Context& context, const CardRemoved& event);
void on_card_debounce_deadline(Context& context, const ReaderName& reader);

}  // namespace vaktpost::core
