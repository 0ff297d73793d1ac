// SPDX-License-Identifier: GPL-3.0-or-later
// From the wish to lock to the proof that it happened: one step after the other, each with its
// deadline, until witnesses confirm.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

// Asks for a lock unless the session is locked or asked already. `cause`: the record that led to
// it.
void request_lock(Context& context, Session& session, LockTrigger trigger,
                  std::optional<Seq> cause);

// Ends the session with all its programs, because the policy says so.
void end_session(Context& context, Session& session, LockTrigger trigger, std::optional<Seq> cause);

// Brings the login screen in front of a session that our own locker covers, which has no way to it.
void offer_login(Context& context, const Session& session);

// A lock under way is no longer waited for: the session has gone.
void forget_lock(Context& context, Session& session);

void on_session_locked(Context& context, const SessionLocked& event);
void on_session_unlocked(Context& context, const SessionUnlocked& event);
// A locked session of which nobody can say any more that it is: asked for again at once, which a
// locker that still covers the screen answers with its word.
void on_witness_lost(Context& context, const WitnessLost& event);
void on_next_person_asked(Context& context, const NextPersonAsked& event);
void on_locker_failed(Context& context, const LockerFailed& event);
void on_lock_signalled(Context& context, const LockSignalled& event);
void on_signed_out(Context& context, const SignedOut& event);
void on_lock_confirm_deadline(Context& context, const SessionId& id);

// logind is away: nobody can vouch for a lock, and nobody carries one out.
void on_sessions_lost(Context& context);
// logind is back, its sessions have been reported: what must be locked is asked for again.
void on_sessions_back(Context& context);

}  // namespace vaktpost::core
