// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/usb_gate.h"

#include <memory>
#include <utility>

#include "platform/base/clock.h"
#include "platform/devices/quarantine.h"
#include "platform/devices/root_hubs.h"
#include "platform/devices/usb_switches.h"

namespace vaktpost::platform {

UsbGate::UsbGate(ports::EventSink sink, Workers& workers, std::filesystem::path sys,
                 std::filesystem::path run)
    : sink_(std::move(sink)), workers_(workers), sys_(std::move(sys)), run_(std::move(run)) {}

void UsbGate::perform(const core::SwitchUsb& request) {
    const auto result = std::make_shared<core::UsbSwitched>();
    result->id = request.device;
    workers_.run(
        "usb:" + request.device.value,
        [result, sys = sys_, run = run_, request] {
            const auto status = switch_usb(sys, run, request);
            result->ok = status.ok();
            if (!status) result->error = status.error().detail;
            result->done = now();
        },
        alive_.guard([this, result] { sink_(std::move(*result)); }));
}

void UsbGate::restore_defaults() {
    RootHubs(sys_).restore_all();
    Quarantine(sys_, run_).withdraw_all();
}

}  // namespace vaktpost::platform
