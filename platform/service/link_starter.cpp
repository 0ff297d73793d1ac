// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/service/link_starter.h"

#include "platform/base/journal.h"
#include "platform/service/local_sessions.h"

namespace vaktpost::platform {
namespace {

core::Status ask_for_link() {
    auto bus = SystemBus::open();
    if (!bus) return bus.error();
    return bus->start_unit("vaktpost-link.service");
}

}  // namespace

void LinkStarter::start() {
    const auto now = std::chrono::steady_clock::now();
    if (last_ && now - *last_ < pause) return;
    last_ = now;
    workers_.run("link", [complained = complained_] {
        const auto asked = ask_for_link();
        if (!asked && !*complained) warn("records cannot leave: " + asked.error().text());
        *complained = !asked;
    });
}

}  // namespace vaktpost::platform
