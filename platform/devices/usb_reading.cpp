// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/usb_reading.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>
#include <set>

#include "platform/base/sha256.h"
#include "platform/base/unique_fd.h"
#include "platform/devices/descriptor_walk.h"
#include "platform/devices/keyboard.h"
#include "platform/devices/libusb_descriptors.h"
#include "platform/devices/sysfs.h"
#include "platform/devices/system_disks.h"
#include "platform/devices/usb_names.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

// The kernel reads 8 configurations of at most 64 KiB each.
constexpr std::size_t descriptors_limit = 18 + 8 * 65535;

// Where a device answered short, usbfs leaves holes in what it gives back: those bytes stay zero.
std::vector<std::uint8_t> read_usbfs(int fd) {
    std::vector<std::uint8_t> raw;
    for (bool more = true; more && raw.size() < descriptors_limit;) {
        constexpr std::size_t step = 4096;
        const std::size_t size = raw.size();
        raw.resize(size + step);
        const ssize_t got = ::pread(fd, raw.data() + size, step, static_cast<off_t>(size));
        raw.resize(size + (got > 0 ? static_cast<std::size_t>(got) : 0));
        more = got > 0;
    }
    return raw;
}

fs::path usbfs_node(const DevicePaths& paths, const fs::path& folder) {
    const auto bus = read_number(folder / "busnum");
    const auto device = read_number(folder / "devnum");
    if (!bus || !device || *bus > 999 || *device > 999) return {};
    char name[16];
    std::snprintf(name, sizeof name, "%03u/%03u", static_cast<unsigned>(*bus),
                  static_cast<unsigned>(*device));
    return paths.dev / "bus/usb" / name;
}

struct Descriptors {
    std::set<DescribedInterface> interfaces;
    std::string sha256;  // empty: not readable
};

Descriptors described(const DevicePaths& paths, const fs::path& folder) {
    Descriptors result;
    auto& all = result.interfaces;
    const UniqueFd fd(::open(usbfs_node(paths, folder).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd) return result;
    const auto raw = read_usbfs(fd.get());
    if (!raw.empty()) result.sha256 = sha256_hex(raw);
    // libusb pairs up only alternate settings that stand side by side and trusts the header's count
    // of interfaces; the kernel does neither. So a hostile device could hide a disk from it, and
    // not from the walk.
    const auto walked = walk_descriptors(raw);
    all.insert(walked.begin(), walked.end());
    const auto parsed = libusb_descriptors(fd.get());
    all.insert(parsed.begin(), parsed.end());
    return result;
}

// The hub's port tells, not the device: drivers/usb/core/port.c.
core::ConnectType connect_type(const fs::path& folder) {
    return core::from_string<core::ConnectType>(read_attribute(folder / "port/connect_type"))
        .value_or(core::ConnectType::unknown);
}

std::optional<DescribedInterface> existing_interface(const fs::path& folder,
                                                     const UsbInterfaceName& name) {
    const auto base = read_number(folder / "bInterfaceClass", 16);
    const auto sub = read_number(folder / "bInterfaceSubClass", 16);
    const auto protocol = read_number(folder / "bInterfaceProtocol", 16);
    if (!base || !sub || !protocol || std::max({*base, *sub, *protocol}) > 255) return std::nullopt;
    return DescribedInterface{name.configuration,
                              name.number,
                              {static_cast<std::uint8_t>(*base), static_cast<std::uint8_t>(*sub),
                               static_cast<std::uint8_t>(*protocol)}};
}

core::UsbInterface& interface_of(core::UsbDevice& device, std::uint8_t number) {
    const auto known =
        std::find_if(device.interfaces.begin(), device.interfaces.end(),
                     [&](const auto& interface) { return interface.number == number; });
    if (known != device.interfaces.end()) return *known;
    return device.interfaces.emplace_back(core::UsbInterface{number, {}, false, false, false});
}

// Older phones give MTP no class of its own. The kernel has read this name when the device came.
bool calls_itself_mtp(const fs::path& folder) {
    constexpr std::uint64_t vendors_own = 0xff;
    return read_number(folder / "bInterfaceClass", 16) == vendors_own &&
           read_attribute(folder / "interface") == "MTP";
}

void sort_out(const std::set<DescribedInterface>& all, std::optional<std::uint64_t> active,
              core::UsbDevice& device) {
    constexpr core::UsbClass boot_keyboard{core::usb_class::hid, 1, 1};
    std::set<core::UsbClass> others;
    for (const auto& one : all) {
        if (one.configuration != active) {
            others.insert(one.cls);
            continue;
        }
        auto& interface = interface_of(device, one.number);
        interface.alternates.push_back(one.cls);
        if (one.cls == boot_keyboard) interface.keyboard = true;
    }
    device.other_classes.assign(others.begin(), others.end());
}

bool holds_system_disk(const DevicePaths& paths, const fs::path& folder) {
    const std::string below = resolved(folder).string() + "/";
    for (const auto& disk : system_disks(paths))
        if (resolved(paths.sys / "class/block" / disk).string().rfind(below, 0) == 0) return true;
    return false;
}

}  // namespace

bool UsbReading::same_device(const UsbReading& other) const {
    return object == other.object && device.vendor == other.device.vendor &&
           device.product == other.device.product && serial == other.serial;
}

bool UsbReading::same_interfaces(const UsbReading& other) const {
    return interface_objects == other.interface_objects;
}

std::optional<UsbReading> read_usb_device(const DevicePaths& paths, const core::DeviceId& id) {
    const fs::path folder = paths.sys / "bus/usb/devices" / id.value;
    UsbReading reading;
    reading.object = object_number(folder);
    const auto vendor = read_number(folder / "idVendor", 16);
    const auto product = read_number(folder / "idProduct", 16);
    if (reading.object == 0 || !vendor || !product) return std::nullopt;
    reading.device.id = id;
    reading.device.vendor = static_cast<std::uint16_t>(*vendor);
    reading.device.product = static_cast<std::uint16_t>(*product);
    reading.serial = read_attribute(folder / "serial");
    if (const auto connected = read_number(folder / "power/connected_duration"))
        reading.connected = std::chrono::milliseconds(*connected);

    Descriptors descriptors = described(paths, folder);
    auto& all = descriptors.interfaces;
    reading.device.descriptors = std::move(descriptors.sha256);
    reading.device.connect_type = connect_type(folder);
    std::map<std::uint8_t, InputsBelow> inputs;
    std::set<std::uint8_t> mtp;
    bool in_use = false;
    auto active = read_number(folder / "bConfigurationValue");
    for (const auto& name : names_in(folder)) {
        const auto interface = parse_usb_interface(name);
        if (!interface || interface->device != id.value) continue;
        reading.interface_objects.emplace_back(name, object_number(folder / name));
        active = interface->configuration;  // also where the device is too dead to say
        const auto exists = existing_interface(folder / name, *interface);
        if (exists) all.insert(*exists);
        if (calls_itself_mtp(folder / name)) mtp.insert(interface->number);
        // Without a driver there is neither an input device nor a disk behind it yet: a device that
        // has just been plugged in is spared both searches.
        if (!fs::is_symlink(folder / name / "driver")) continue;
        in_use = true;
        if (exists && exists->cls.base == core::usb_class::mass_storage)
            reading.device.storage_driven = true;
        inputs[interface->number] = inputs_below(folder / name);
    }
    // Withdrawn as a whole it has no configuration: judged by the one the kernel is likely to
    // choose, and judged again when that has come about.
    if (!active && !all.empty() && read_attribute(folder / "authorized") == "0")
        active = all.begin()->configuration;
    sort_out(all, active, reading.device);
    for (const auto& [number, below] : inputs) {
        auto& known = interface_of(reading.device, number);
        known.keyboard = known.keyboard || below.typing;
        known.driven = below.any;
    }
    for (const auto number : mtp) interface_of(reading.device, number).mtp = true;
    reading.device.holds_system_disk = in_use && holds_system_disk(paths, folder);
    return reading;
}

}  // namespace vaktpost::platform
