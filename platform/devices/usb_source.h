// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/ports/event_sink.h"
#include "platform/base/alive.h"
#include "platform/base/boot_timer.h"
#include "platform/base/pseudonym.h"
#include "platform/base/workers.h"
#include "platform/devices/paths.h"
#include "platform/devices/root_hubs.h"
#include "platform/devices/uevent.h"
#include "platform/devices/usb_names.h"
#include "platform/devices/usb_reading.h"

namespace vaktpost::platform {

// Keeps every USB bus closed and reports each device on it, hubs included, root hubs not:
// UsbDeviceArrived, again whenever its interfaces were made anew, UsbInterfaceDriven and
// UsbDeviceLeft. Loop thread only.
class UsbSource {
  public:
    // How long the devices present may take to be read before a scan counts as done without them.
    static constexpr core::Duration scan_deadline = std::chrono::seconds(10);
    // How long after a device was seen without a configuration it is read once more. That reading
    // waits for the kernel, if it is about to choose one.
    static constexpr core::Duration configuration_wait = std::chrono::seconds(2);

    UsbSource(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
              const Pseudonym& pseudonym, DevicePaths paths);

    // Closes every bus, then compares what is there with what was reported. `done` is called when
    // each device present now has been reported, with the age of the oldest enumeration among them
    // (none: no device). One without a configuration is given a moment first. A device that hangs
    // is reported when it answers; until then it has what it had.
    using ScanDone = std::function<void(std::optional<core::Duration> first_enumeration)>;
    void scan(bool at_start, ScanDone done);

    void handle(const Uevent& event);

    // A driver has made an input device: UsbInterfaceDriven follows for the interface it is of.
    void handle_input(const Uevent& event);

  private:
    // How much is to be read once more when the reading under way is done.
    enum class Again { no, if_changed, all };
    // What a worker found.
    struct Look {
        bool as_before = false;
        std::optional<UsbReading> reading;
    };
    struct Known {
        // Tells a result of this device from one of its predecessor at the same port.
        std::uint64_t generation = 0;
        bool reading = false;
        bool early = true;  // never reported yet: the kernel may be about to configure it
        Again again = Again::no;
        bool at_start = false;
        core::Instant seen;
        std::optional<UsbReading> announced;
        std::unique_ptr<BootTimer> once_more;  // while it waits for its configuration
    };

    void handle_device(const Uevent& event);
    void handle_interface(const Uevent& event);
    void secure_root_hub(const std::string& name);
    void look_at_inputs(const UsbInterfaceName& interface, const std::filesystem::path& folder);
    void report_driven(const core::DeviceId& id, const core::UsbDevice& device);
    Known& meet(const core::DeviceId& id, core::Instant seen);
    void look_at(const core::DeviceId& id, core::Instant seen, Again how);
    void read(const core::DeviceId& id, Again how);
    void have_read(const core::DeviceId& id, std::uint64_t generation, Look look);
    void read_once_more(const core::DeviceId& id, Known& known);
    void report(const core::DeviceId& id, Known& known, UsbReading reading);
    void leave(const core::DeviceId& id);
    void scanned(const core::DeviceId& id);
    void finish_scan();

    boost::asio::io_context& io_;
    ports::EventSink sink_;
    Workers& workers_;
    const Pseudonym& pseudonym_;
    DevicePaths paths_;
    RootHubs root_hubs_;
    std::map<core::DeviceId, Known> known_;
    std::uint64_t last_generation_ = 0;
    std::set<core::DeviceId> awaited_;  // by the scan under way
    ScanDone scan_done_;
    BootTimer scan_timer_;
    Alive alive_;
};

}  // namespace vaktpost::platform
