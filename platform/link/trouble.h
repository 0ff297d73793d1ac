// SPDX-License-Identifier: GPL-3.0-or-later
// What can be wrong with the way to the centre, in words that do not change from one attempt to the
// next: whoever reads them compares.
#pragma once

#include <optional>
#include <string>

#include "agent/core/words.h"

namespace vaktpost::link {

enum class State {
    connecting,
    connected,
    unreachable,  // nobody answers, or not any more
    refused,      // somebody answers and does not take records
    untrusted,    // one side's certificate is not what the other side trusts
    expired,      // a certificate has ended, or does not hold yet
    revoked,
};

// Which of the things that lead to a state.
enum class Cause {
    name_lookup,           // the name has no address
    connect,               // the address does not answer
    broken,                // the connection broke
    silent,                // it acknowledges nothing
    proxy,                 // the proxy does not lead there
    protocol,              // what it says is not the protocol
    refusal,               // it says no
    closed,                // it hung up before it took anything
    own_files,             // certificate, key or authority cannot be used
    own_certificate,       // the receiver does not take ours
    receiver_certificate,  // we do not take the receiver's
    receiver_name,         // its certificate is somebody else's
};

struct Trouble {
    State state = State::unreachable;
    Cause cause = Cause::broken;
    std::string text;  // for the journal; printable
};

// Nothing: it worked.
using Outcome = std::optional<Trouble>;

}  // namespace vaktpost::link

namespace vaktpost::core {

VAKTPOST_WORDS(link::State, "connecting", "connected", "unreachable", "refused", "untrusted",
               "expired", "revoked");
VAKTPOST_WORDS(link::Cause, "name_lookup", "connect", "broken", "silent", "proxy", "protocol",
               "refusal", "closed", "own_files", "own_certificate", "receiver_certificate",
               "receiver_name");

}  // namespace vaktpost::core
