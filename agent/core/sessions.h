// SPDX-License-Identifier: GPL-3.0-or-later
// Login sessions come, go and take turns on a seat.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

// Under a new policy an account may not be approved for this machine any more.
void check_accounts(Context& context);

void on_session_remembered(Context& context, const SessionRemembered& event);
void on_session_opened(Context& context, const SessionOpened& event);
void on_session_changed(Context& context, const SessionChanged& event);
void on_session_closed(Context& context, const SessionClosed& event);
// Tells a session that a login screen gives back from one that was switched to behind its back.
void on_unlock_asked(Context& context, const UnlockAsked& event);
// One left behind for as long as the policy allows.
void on_left_behind_deadline(Context& context, const SessionId& id);

}  // namespace vaktpost::core
