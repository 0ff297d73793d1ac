// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/sessions/sleep_inhibitor.h"

#include <fcntl.h>

#include <utility>

#include "platform/base/journal.h"
#include "platform/sessions/logind_names.h"

namespace vaktpost::platform {

void SleepInhibitor::take(BusConnection& bus) {
    if (held_ || asked_) return;
    auto call = bus.method_call(logind, logind_path, logind_manager, "Inhibit");
    if (call == nullptr || sd_bus_message_append(call.get(), "ssss", "sleep", "Vaktpost",
                                                 "lock the screen", "delay") < 0)
        return;
    asked_ = bus.call(std::move(call), answer_limit, [this, round = round_](sd_bus_message* reply) {
        if (round == round_) answered(reply);
    });
}

void SleepInhibitor::answered(sd_bus_message* reply) {
    asked_ = false;
    int fd = -1;  // the message's own
    // Refused while the machine is already on its way to sleep: SleepOver brings the next try.
    if (sd_bus_message_is_method_error(reply, nullptr) > 0 ||
        sd_bus_message_read(reply, "h", &fd) < 0)
        return warn(
            "logind does not let us delay sleep; the unit before sleep still asks for locks");
    held_.reset(fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

void SleepInhibitor::release() {
    ++round_;
    asked_ = false;
    held_.reset();
}

}  // namespace vaktpost::platform
