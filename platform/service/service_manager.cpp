// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/service/service_manager.h"

#include <systemd/sd-daemon.h>

#include "platform/base/clock.h"

namespace vaktpost::platform {

void ServiceManager::ready(std::function<void()> each_time) {
    each_time_ = std::move(each_time);
    sd_notify(0, "READY=1");
    std::uint64_t limit_us = 0;
    if (sd_watchdog_enabled(0, &limit_us) > 0)
        interval_ = core::Duration(static_cast<core::Duration::rep>(limit_us / 2));
    keep_alive();
}

void ServiceManager::keep_alive() {
    sd_notify(0, "WATCHDOG=1");
    each_time_();
    timer_.expires_at(now() + interval_, [this] { keep_alive(); });
}

void ServiceManager::status(const std::string& text) {
    sd_notify(0, ("STATUS=" + text).c_str());
}

void ServiceManager::reloading() {
    const auto since = std::to_string(now().time_since_epoch().count());
    sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + since).c_str());
}

void ServiceManager::reloaded() {
    sd_notify(0, "READY=1");
}

void ServiceManager::stopping() {
    sd_notify(0, "STOPPING=1");
}

}  // namespace vaktpost::platform
