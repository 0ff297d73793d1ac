// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <systemd/sd-bus.h>

#include "platform/session_helper/display_environment.h"
#include "platform/session_helper/language.h"
#include "platform/session_helper/user_bus.h"

namespace vaktpost::session_helper {

// What the user manager knows of the desktop, which fills its environment after we were started.
struct UserEnvironment {
    DisplayEnvironment display;
    Language language;

    // Takes the manager's Environment property; the message stands at its variant.
    void read_manager(sd_bus_message* reply);
};

// Asks the user manager for its environment, one question at a time.
class EnvironmentQuestion {
  public:
    // Once for each start(): with the answer taken in, or after half a second without one.
    using Done = void (*)(void* context);

    EnvironmentQuestion(UserBus& bus, UserEnvironment& environment)
        : bus_(bus), environment_(environment) {}
    EnvironmentQuestion(const EnvironmentQuestion&) = delete;
    EnvironmentQuestion& operator=(const EnvironmentQuestion&) = delete;
    ~EnvironmentQuestion() { stop(); }

    // False: there is nobody to ask, and `done` is not called.
    [[nodiscard]] bool start(Done done, void* context);
    void stop() { call_ = sd_bus_slot_unref(call_); }
    [[nodiscard]] bool running() const { return call_ != nullptr; }

  private:
    static int on_reply(sd_bus_message* reply, void* self, sd_bus_error* error);

    UserBus& bus_;
    UserEnvironment& environment_;
    sd_bus_slot* call_ = nullptr;
    Done done_ = nullptr;
    void* context_ = nullptr;
};

}  // namespace vaktpost::session_helper
