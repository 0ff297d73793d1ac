// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/user_bus.h"

namespace vaktpost::session_helper {

sd_bus* UserBus::get() {
    if (bus_ != nullptr && sd_bus_is_open(bus_) > 0) return bus_;
    bus_ = sd_bus_close_unref(bus_);
    if (sd_bus_open_user(&bus_) < 0) return nullptr;
    if (sd_bus_attach_event(bus_, loop_, SD_EVENT_PRIORITY_NORMAL) < 0)
        bus_ = sd_bus_close_unref(bus_);
    else
        ++generation_;
    return bus_;
}

}  // namespace vaktpost::session_helper
