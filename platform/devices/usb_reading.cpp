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

fs::path device_folder(const DevicePaths& paths, const core::DeviceId& id) {
    return paths.sys / "bus/usb/devices" / id.value;
}

struct Descriptors {
    std::set<DescribedInterface> interfaces;
    std::string sha256;  // empty: not readable
};

Descriptors described(const DevicePaths& paths, const fs::path& folder) {
    Descriptors result;
    const UniqueFd fd(::open(usbfs_node(paths, folder).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd) return result;
    const auto raw = read_usbfs(fd.get());
    if (!raw.empty()) result.sha256 = sha256_hex(raw);
    const auto walked = walk_descriptors(raw);
    result.interfaces.insert(walked.begin(), walked.end());
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
    return device.interfaces.emplace_back(
        core::UsbInterface{number, {}, false, false, false, false});
}

// Older phones give MTP no class of its own. The kernel has read this name when the device came.
bool calls_itself_mtp(const fs::path& folder, const core::UsbClass& shown) {
    constexpr std::uint8_t vendors_own = 0xff;
    return shown.base == vendors_own && read_attribute(folder / "interface") == "MTP";
}

// What sysfs shows of the interfaces there are.
struct InterfacesNow {
    std::optional<std::uint64_t> configuration;  // that they belong to
    std::vector<std::pair<std::string, std::uint64_t>> objects;
    std::set<DescribedInterface> shown;
    std::set<std::uint8_t> mtp;
    std::map<std::uint8_t, InputsBelow> driven;  // of those with a driver
    bool storage_driven = false;
};

std::vector<std::pair<std::string, UsbInterfaceName>> interfaces_in(const fs::path& folder,
                                                                    const core::DeviceId& id) {
    std::vector<std::pair<std::string, UsbInterfaceName>> list;
    for (auto& name : names_in(folder)) {
        const auto interface = parse_usb_interface(name);
        if (interface && interface->device == id.value)
            list.emplace_back(std::move(name), *interface);
    }
    return list;
}

void look_at(const fs::path& folder, const UsbInterfaceName& name, InterfacesNow& now) {
    now.configuration = name.configuration;
    const auto shown = existing_interface(folder, name);
    if (shown) {
        now.shown.insert(*shown);
        if (calls_itself_mtp(folder, shown->cls)) now.mtp.insert(name.number);
    }
    // Without a driver there is neither an input device nor a disk behind it yet: a device that has
    // just been plugged in is spared both searches.
    if (!fs::is_symlink(folder / "driver")) return;
    now.driven[name.number] = inputs_below(folder);
    if (shown && shown->cls.base == core::usb_class::mass_storage) now.storage_driven = true;
}

InterfacesNow interfaces_now(const fs::path& folder, const core::DeviceId& id) {
    InterfacesNow now;
    for (const auto& [file, name] : interfaces_in(folder, id)) {
        now.objects.emplace_back(file, object_number(folder / file));
        look_at(folder / file, name, now);
    }
    return now;
}

// Without the device's lock, so while the kernel configures it.
bool read_identity(const fs::path& folder, UsbReading& reading) {
    reading.object = object_number(folder);
    const auto vendor = read_number(folder / "idVendor", 16);
    const auto product = read_number(folder / "idProduct", 16);
    if (reading.object == 0 || !vendor || !product) return false;
    reading.device.vendor = static_cast<std::uint16_t>(*vendor);
    reading.device.product = static_cast<std::uint16_t>(*product);
    if (const auto connected = read_number(folder / "power/connected_duration"))
        reading.connected = std::chrono::milliseconds(*connected);
    reading.device.connect_type = connect_type(folder);
    return true;
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
    const fs::path folder = device_folder(paths, id);
    UsbReading reading;
    reading.device.id = id;
    if (!read_identity(folder, reading)) return std::nullopt;
    Descriptors descriptors = described(paths, folder);
    auto& all = descriptors.interfaces;
    reading.device.descriptors = std::move(descriptors.sha256);
    auto active = read_number(folder / "bConfigurationValue");
    reading.configured = active.has_value();
    reading.withdrawn = read_attribute(folder / "authorized") == "0";
    reading.serial = read_attribute(folder / "serial");

    auto now = interfaces_now(folder, id);
    all.merge(now.shown);
    if (now.configuration) active = now.configuration;  // also of one too dead to say
    // Withdrawn as a whole it has no configuration: judged by the one the kernel is likely to
    // choose, and judged again when that has come about.
    if (!active && !all.empty() && reading.withdrawn) active = all.begin()->configuration;
    sort_out(all, active, reading.device);
    for (const auto& [number, below] : now.driven) {
        auto& known = interface_of(reading.device, number);
        known.keyboard = known.keyboard || below.keyboard;
        known.types = known.types || below.types;
        known.driven = below.any;
    }
    for (const auto number : now.mtp) interface_of(reading.device, number).mtp = true;
    reading.device.storage_driven = now.storage_driven;
    reading.device.holds_system_disk = !now.driven.empty() && holds_system_disk(paths, folder);
    reading.interface_objects = std::move(now.objects);
    return reading;
}

bool is_as_read(const DevicePaths& paths, const core::DeviceId& id, const UsbReading& reading) {
    const fs::path folder = device_folder(paths, id);
    if (object_number(folder) != reading.object) return false;
    std::vector<std::pair<std::string, std::uint64_t>> objects;
    for (const auto& [file, name] : interfaces_in(folder, id))
        objects.emplace_back(file, object_number(folder / file));
    return objects == reading.interface_objects;
}

}  // namespace vaktpost::platform
