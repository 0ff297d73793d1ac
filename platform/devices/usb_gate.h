// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "agent/ports/event_sink.h"
#include "agent/ports/usb_gate.h"
#include "platform/base/alive.h"
#include "platform/base/workers.h"

namespace vaktpost::platform {

// Sets the kernel's `authorized` switches (Documentation/usb/authorization.rst) through sysfs, each
// device on a worker of its own, the one that also reads it. Withdraws first, then releases all
// interfaces before any is probed, since a driver may claim a second interface of its function.
// Writes nothing where the state is as asked. An interface that is gone counts as withdrawn; one
// that cannot be released is an error, and so is one that cannot be put into quarantine first.
class UsbGate final : public ports::UsbGate {
  public:
    UsbGate(ports::EventSink sink, Workers& workers, std::filesystem::path sys = "/sys",
            std::filesystem::path run = "/run/vaktpost");

    void perform(const core::SwitchUsb& request) override;
    void restore_defaults() override;

  private:
    ports::EventSink sink_;
    Workers& workers_;
    std::filesystem::path sys_;
    std::filesystem::path run_;
    Alive alive_;
};

}  // namespace vaktpost::platform
