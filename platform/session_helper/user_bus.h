// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

namespace vaktpost::session_helper {

// The user's message bus, connected when it is first needed and kept: some desktops take a notice
// away when its sender leaves the bus. Nothing here waits for an answer.
class UserBus {
  public:
    explicit UserBus(sd_event* loop) : loop_(loop) {}
    UserBus(const UserBus&) = delete;
    UserBus& operator=(const UserBus&) = delete;
    ~UserBus() { sd_bus_close_unref(bus_); }

    // Null when the user has no bus.
    sd_bus* get();

    // Another number for each connection: what was subscribed to on an older one is gone.
    [[nodiscard]] unsigned generation() const { return generation_; }

  private:
    sd_event* loop_;
    sd_bus* bus_ = nullptr;
    unsigned generation_ = 0;  // 0: never connected
};

}  // namespace vaktpost::session_helper
