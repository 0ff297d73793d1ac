// SPDX-License-Identifier: GPL-3.0-or-later
// Media that are known: the organisation's own, those that were here before, those that are
// retired.
#pragma once

#include "agent/core/context.h"

namespace vaktpost::core {

// What a token is worth now.
enum class Enrolment {
    none,
    valid,
    expired,
    undated,  // the clock is not known, or shows a time before the token was written
    untrusted,
    invalid,
};
VAKTPOST_WORDS(Enrolment, "none", "valid", "expired", "undated", "untrusted", "invalid");

Enrolment enrolment_of(const State& state, const Token& token, Instant now);

// The register's name for it; empty where nothing tells it from others of its model.
Tag tag_of(const State& state, const MediumState& medium);

// The policy's media.retired names it.
bool is_retired(const State& state, const Policy& policy, const MediumState& medium);

// What records say about it: tag, enrolment, unit and serial, as far as there are.
void describe_known(const State& state, const MediumState& medium, Instant now,
                    std::vector<Field>& data);

// Into the register, as seen today; `kind`: encrypted, plain or hardware. Left out as long as
// nobody knows what day it is.
void remember(Context& context, MediumState& medium, std::string kind);
// It stays admitted after another look: into the register only where that says otherwise now.
void remember_change(Context& context, MediumState& medium, std::string kind);
// It is still here, or about to leave: seen today as well, where it is in the register.
void remember_last(Context& context, MediumState& medium);
// All that are plugged in.
void remember_present(Context& context);

// A retired one was refused; `decision` is the record of that.
void record_retired(Context& context, const MediumState& medium, Seq decision, Outcome outcome);

void on_medium_remembered(Context& context, const MediumRemembered& event);

}  // namespace vaktpost::core
