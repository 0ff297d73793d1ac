// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/usb_source.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "platform/devices/keyboard.h"
#include "platform/devices/sysfs.h"
#include "platform/devices/usb_names.h"

namespace vaktpost::platform {

UsbSource::UsbSource(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
                     const Pseudonym& pseudonym, DevicePaths paths)
    : io_(io),
      sink_(std::move(sink)),
      workers_(workers),
      pseudonym_(pseudonym),
      paths_(std::move(paths)),
      root_hubs_(paths_.sys),
      scan_timer_(io) {}

void UsbSource::scan(bool at_start, ScanDone done) {
    const core::Instant seen = now();
    scan_done_ = std::move(done);
    awaited_.clear();
    for (const auto& name : root_hubs_.present()) secure_root_hub(name);

    std::set<core::DeviceId> present;
    for (const auto& name : names_in(paths_.sys / "bus/usb/devices"))
        if (is_usb_device(name)) present.insert({name});
    std::vector<core::DeviceId> gone;
    for (const auto& [id, known] : known_)
        if (present.count(id) == 0) gone.push_back(id);
    for (const auto& id : gone) leave(id);

    awaited_ = present;
    for (const auto& id : present) {
        auto& known = meet(id, seen);
        if (at_start && !known.announced) known.at_start = true;
        look_at(id, seen, Again::all);
    }
    scan_timer_.expires_at(seen + scan_deadline, [this] {
        for (const auto& id : awaited_)
            warn("USB device " + id.value + " does not let itself be read");
        finish_scan();
    });
    if (awaited_.empty()) finish_scan();
}

void UsbSource::handle(const Uevent& event) {
    if (event.devtype == "usb_device") handle_device(event);
    if (event.devtype == "usb_interface") handle_interface(event);
}

void UsbSource::handle_device(const Uevent& event) {
    const std::string name(event.name());
    if (is_root_hub(name)) {
        // At "add" the bus is closed before anything on it can be enumerated; at "bind" its own
        // interface exists.
        if (event.action == "add" || event.action == "bind") secure_root_hub(name);
        return;
    }
    if (!is_usb_device(name)) return;
    // The reading waits in the kernel until the device is configured, and so has it at once.
    if (event.action == "add") look_at({name}, event.seen, Again::if_changed);
    if (event.action == "bind") {
        meet({name}, event.seen).early = false;
        look_at({name}, event.seen, Again::if_changed);
    }
    if (event.action == "remove") leave({name});
}

// Of a device that was bound they mean that it was configured anew.
void UsbSource::handle_interface(const Uevent& event) {
    const auto interface = parse_usb_interface(event.name());
    if (!interface || event.action != "add") return;
    const core::DeviceId id{interface->device};
    const auto known = known_.find(id);
    if (known != known_.end() && !known->second.early) look_at(id, event.seen, Again::if_changed);
}

void UsbSource::handle_input(const Uevent& event) {
    if (event.action != "add" || !event.name().starts_with("input")) return;
    std::filesystem::path folder = paths_.sys;
    std::optional<UsbInterfaceName> interface;
    std::filesystem::path interface_folder;
    for (const auto& part : std::filesystem::path(event.path).relative_path()) {
        folder /= part;
        if (const auto name = parse_usb_interface(part.string())) {
            interface = name;
            interface_folder = folder;
        }
    }
    if (interface) look_at_inputs(*interface, interface_folder);
}

void UsbSource::look_at_inputs(const UsbInterfaceName& interface,
                               const std::filesystem::path& folder) {
    const core::DeviceId id{interface.device};
    const auto known = known_.find(id);
    if (known == known_.end()) return;
    const auto below = std::make_shared<InputsBelow>();
    workers_.run(
        "usb:" + id.value, [below, folder] { *below = inputs_below(folder); },
        alive_.guard(
            [this, below, id, number = interface.number, generation = known->second.generation] {
                const auto found = known_.find(id);
                const bool same = found != known_.end() && found->second.generation == generation;
                if (same && found->second.announced && below->any)
                    sink_(core::UsbInterfaceDriven{id, number, below->keyboard, below->types});
            }));
}

void UsbSource::secure_root_hub(const std::string& name) {
    root_hubs_.close(name);
    workers_.run("usb:" + name, [root_hubs = root_hubs_, name] { root_hubs.free_interface(name); });
}

UsbSource::Known& UsbSource::meet(const core::DeviceId& id, core::Instant seen) {
    auto& known = known_[id];
    if (known.generation == 0) {
        known.generation = ++last_generation_;
        known.seen = seen;
    }
    return known;
}

void UsbSource::look_at(const core::DeviceId& id, core::Instant seen, Again how) {
    auto& known = meet(id, seen);
    if (known.reading) {
        known.again = std::max(known.again, how);
    } else {
        known.seen = seen;
        read(id, how);
    }
}

void UsbSource::read(const core::DeviceId& id, Again how) {
    auto& known = known_[id];
    known.reading = true;
    const auto before = how == Again::if_changed ? known.announced : std::nullopt;
    const auto look = std::make_shared<Look>();
    workers_.run(
        "usb:" + id.value,
        [look, before, paths = paths_, id] {
            look->as_before = before && is_as_read(paths, id, *before);
            if (!look->as_before) look->reading = read_usb_device(paths, id);
        },
        alive_.guard([this, look, id, generation = known.generation] {
            have_read(id, generation, std::move(*look));
        }));
}

// What was read is reported although more has happened meanwhile: mostly that is what was read.
void UsbSource::have_read(const core::DeviceId& id, std::uint64_t generation, Look look) {
    const auto found = known_.find(id);
    if (found == known_.end() || found->second.generation != generation) return;
    Known& known = found->second;
    known.reading = false;
    const Again again = std::exchange(known.again, Again::no);
    const bool configured = look.reading && look.reading->configured;
    const bool waits = look.reading && !configured && !look.reading->withdrawn && known.early;
    if (look.reading && !waits && (configured || again == Again::no))
        report(id, known, std::move(*look.reading));
    if (again != Again::no) return read(id, again);
    if (!look.reading && !look.as_before) return leave(id);  // its "remove" comes, or was lost
    if (waits) return read_once_more(id, known);
    scanned(id);
}

// "bind" follows, unless it came before a scan or was lost.
void UsbSource::read_once_more(const core::DeviceId& id, Known& known) {
    if (!known.once_more) known.once_more = std::make_unique<BootTimer>(io_);
    known.once_more->expires_at(now() + configuration_wait, [this, id] {
        const auto found = known_.find(id);
        if (found == known_.end() || !found->second.early) return;
        found->second.early = false;
        look_at(id, found->second.seen, Again::all);
    });
}

void UsbSource::report(const core::DeviceId& id, Known& known, UsbReading reading) {
    if (known.announced) {
        const bool same_device = known.announced->same_device(reading);
        if (same_device && known.announced->same_interfaces(reading))
            return report_driven(id, reading.device);
        if (!same_device) sink_(core::UsbDeviceLeft{id});
    }
    core::UsbDevice device = reading.device;
    if (!reading.serial.empty())
        device.serial_tag =
            usb_serial_tag(pseudonym_, device.vendor, device.product, reading.serial);
    device.present_at_start = known.at_start;
    device.seen = known.seen;
    known.announced = std::move(reading);
    known.early = false;
    known.once_more.reset();
    sink_(core::UsbDeviceArrived{std::move(device)});
}

// After lost uevents: what drivers have made of it meanwhile.
void UsbSource::report_driven(const core::DeviceId& id, const core::UsbDevice& device) {
    for (const auto& interface : device.interfaces)
        if (interface.driven)
            sink_(core::UsbInterfaceDriven{id, interface.number, interface.keyboard,
                                           interface.types});
}

void UsbSource::leave(const core::DeviceId& id) {
    const auto found = known_.find(id);
    if (found == known_.end()) return;
    const bool announced = found->second.announced.has_value();
    known_.erase(found);
    if (announced) sink_(core::UsbDeviceLeft{id});
    scanned(id);
}

void UsbSource::scanned(const core::DeviceId& id) {
    if (awaited_.erase(id) != 0 && awaited_.empty()) finish_scan();
}

void UsbSource::finish_scan() {
    scan_timer_.cancel();
    awaited_.clear();
    std::optional<core::Duration> oldest;
    for (const auto& [id, known] : known_)
        if (known.announced && known.announced->connected)
            oldest = std::max(oldest.value_or(core::Duration::zero()), *known.announced->connected);
    if (auto done = std::exchange(scan_done_, nullptr)) done(oldest);
}

}  // namespace vaktpost::platform
