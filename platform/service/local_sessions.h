// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/types.h"

namespace vaktpost::platform {

// A user's session that a seat of this machine shows, or could show.
struct LocalSession {
    core::SessionId id;
    std::uint32_t uid = 0;
    bool text = false;    // a console, without a screen locker
    bool hinted = false;  // logind's LockedHint
};

// logind and systemd over the system bus, for programs that have nothing else to do meanwhile:
// every call waits for its answer, 2 s at most. sd_bus_open_system(3) says where the bus is.
class SystemBus {
  public:
    static core::Result<SystemBus> open();

    // Sessions without a seat (ssh, xrdp, a serial line) are left out: the policy's default leaves
    // them alone, and so does whoever stands in for the agent.
    core::Result<std::vector<LocalSession>> sessions();

    core::Status lock(const core::SessionId& session);
    core::Status lock_all();
    core::Status start_unit(const std::string& unit);

  private:
    struct Closer {
        void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
    };
    explicit SystemBus(sd_bus* bus) : bus_(bus) {}
    bool describe(LocalSession& session, const char* path);
    [[nodiscard]] std::string text_property(const char* path, const char* name);
    [[nodiscard]] bool flag_property(const char* path, const char* name);

    std::unique_ptr<sd_bus, Closer> bus_;
};

// Asks logind to lock each local session, except those that are spared; where it does not tell
// which there are, all of them. Returns how many were asked, or why none could be.
core::Result<std::int64_t> lock_local_sessions(const std::vector<core::SessionId>& spared);

}  // namespace vaktpost::platform
