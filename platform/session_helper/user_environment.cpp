// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/user_environment.h"

#include <cstdint>

namespace vaktpost::session_helper {

namespace {

constexpr std::uint64_t answer_limit_usec = 500'000;

}  // namespace

void UserEnvironment::read_manager(sd_bus_message* reply) {
    if (sd_bus_message_enter_container(reply, 'v', "as") <= 0) return;
    if (sd_bus_message_enter_container(reply, 'a', "s") <= 0) return;
    display.forget_manager();
    language.forget_manager();
    const char* variable = nullptr;
    while (sd_bus_message_read(reply, "s", &variable) > 0) {
        display.take_from_manager(variable);
        language.take_from_manager(variable);
    }
}

bool EnvironmentQuestion::start(Done done, void* context) {
    stop();
    done_ = done;
    context_ = context;
    sd_bus* bus = bus_.get();
    sd_bus_message* call = nullptr;
    if (bus == nullptr || sd_bus_message_new_method_call(
                              bus, &call, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                              "org.freedesktop.DBus.Properties", "Get") < 0)
        return false;
    sd_bus_message_append(call, "ss", "org.freedesktop.systemd1.Manager", "Environment");
    sd_bus_message_set_auto_start(call, 0);
    sd_bus_call_async(bus, &call_, call, on_reply, this, answer_limit_usec);
    sd_bus_message_unref(call);
    return running();
}

int EnvironmentQuestion::on_reply(sd_bus_message* reply, void* context, sd_bus_error*) {
    auto& self = *static_cast<EnvironmentQuestion*>(context);
    self.stop();
    if (sd_bus_message_is_method_error(reply, nullptr) == 0) self.environment_.read_manager(reply);
    self.done_(self.context_);
    return 0;
}

}  // namespace vaktpost::session_helper
