// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/session.h"
#include "agent/ports/event_sink.h"

namespace vaktpost::platform {

// The agent's own eye on the processes that the session programs say cover the screen. A claim is
// worth nothing until the process was seen: alive, that user's, in the control group of that user's
// sessions. Its AppArmor profile tells Witness::confined_locker from Witness::locker.
//
// From then on the process itself is watched (pidfd_open(2)), not who spoke for it: a session
// program that dies or lies takes nothing away.
//
// What it covers, the kernel does not tell, nor that it is a locker: a user who means to deceive
// can give any program of his the profile's name, and end a confined locker by ways that no profile
// stops (installer/apparmor/vaktpost-locker).
//
// Loop thread only. Events come from within claimed() and unlocked(), and from the loop.
class LockerWitness {
  public:
    // `proc`: where proc(5) is mounted.
    LockerWitness(boost::asio::io_context& io, ports::EventSink sink,
                  std::filesystem::path proc = "/proc");
    LockerWitness(const LockerWitness&) = delete;
    LockerWitness& operator=(const LockerWitness&) = delete;
    ~LockerWitness();

    // Process `pid` covers the screen of `session`, which is the user's `user`: SessionLocked, or
    // an error where it cannot be seen so. Harmless when repeated.
    core::Status claimed(const core::SessionId& session, uid_t user, pid_t pid);

    // The session program says that the password was given: SessionUnlocked for each witness that
    // was reported for it. Also in time when the process ended up to 300 ms before; without this
    // word its end is WitnessLost.
    void unlocked(const core::SessionId& session);

    // The session is no more: nothing is reported of it.
    void closed(const core::SessionId& session);

  private:
    struct Watch;
    using Watches = std::vector<std::shared_ptr<Watch>>;

    core::Result<core::Witness> look(uid_t user, pid_t pid, int process) const;
    Watches::iterator find(const core::SessionId& session, pid_t pid);
    [[nodiscard]] bool is_full(const core::SessionId& session) const;
    [[nodiscard]] bool is_seen(const core::SessionId& session, core::Witness witness) const;
    void watch(const std::shared_ptr<Watch>& watch);
    void ended(const std::shared_ptr<Watch>& watch);
    void lose_ended(const core::SessionId& session);
    void lost(const std::shared_ptr<Watch>& watch);

    boost::asio::io_context& io_;
    ports::EventSink sink_;
    std::filesystem::path proc_;
    Watches watches_;
};

}  // namespace vaktpost::platform
