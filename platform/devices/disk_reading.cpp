// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/disk_reading.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <string_view>

#include "platform/devices/sysfs.h"
#include "platform/devices/system_disks.h"
#include "platform/devices/usb_names.h"

namespace vaktpost::platform {
namespace {

namespace fs = std::filesystem;

// `object`: the disk's folder in sysfs, links resolved. The innermost interface is the one it hangs
// on.
std::optional<UsbInterfaceName> usb_interface_above(const fs::path& object) {
    std::optional<UsbInterfaceName> found;
    for (const auto& component : object)
        if (auto interface = parse_usb_interface(component.string())) found = std::move(interface);
    return found;
}

// udev notes each device it is done with under its number. Bounded: without udev nothing comes.
void wait_for_udev(const DevicePaths& paths, const fs::path& object,
                   const std::vector<PartitionExtent>& partitions) {
    constexpr int rounds = 60;
    constexpr timespec round{0, 50'000'000};
    const auto done = [&](const fs::path& device) {
        return fs::exists(paths.udev / "data" / ("b" + read_attribute(device / "dev")));
    };
    const auto all_done = [&] {
        return done(object) &&
               std::all_of(partitions.begin(), partitions.end(),
                           [&](const auto& one) { return done(object / one.name); });
    };
    for (int i = 0; i < rounds && fs::exists(paths.udev / "control") && !all_done(); ++i)
        ::nanosleep(&round, nullptr);
}

// A disk that fstab names by what is written on it is known as such only by udev's links to it.
bool is_system_disk(const DevicePaths& paths, const std::string& disk, const fs::path& object,
                    const std::vector<PartitionExtent>& partitions) {
    if (system_disks(paths).count(disk) != 0) return true;
    if (!fstab_waits_for_a_disk(paths)) return false;
    wait_for_udev(paths, object, partitions);
    return system_disks(paths).count(disk) != 0;
}

std::vector<PartitionExtent> partitions_of(const fs::path& object) {
    std::vector<PartitionExtent> partitions;
    for (const auto& name : names_in(object))
        if (fs::exists(object / name / "partition"))
            partitions.push_back({name, read_number(object / name / "start").value_or(0),
                                  read_number(object / name / "size").value_or(0)});
    return partitions;
}

}  // namespace

bool is_medium(const fs::path& object) {
    return usb_interface_above(object) || read_attribute(object / "removable") == "1" ||
           read_attribute(object / "device/type") == "SD";
}

bool is_never_medium(std::string_view disk) {
    static constexpr std::array<std::string_view, 7> families{"loop", "dm-", "ram", "zram",
                                                              "nbd",  "md",  "sr"};
    return std::any_of(families.begin(), families.end(), [&](std::string_view family) {
        return disk.substr(0, family.size()) == family;
    });
}

std::vector<std::string> present_disks(const DevicePaths& paths) {
    const fs::path folder = paths.sys / "class/block";
    auto names = names_in(folder);
    std::erase_if(names,
                  [&](const std::string& name) { return fs::exists(folder / name / "partition"); });
    return names;
}

std::optional<DiskReading> read_disk(const DevicePaths& paths, const std::string& disk) {
    const fs::path object = resolved(paths.sys / "class/block" / disk);
    if (object.empty() || is_never_medium(disk) || !is_medium(object)) return std::nullopt;
    const auto sectors = read_number(object / "size").value_or(0);
    if (sectors == 0) return std::nullopt;

    DiskReading reading;
    reading.medium.id = medium_id(disk, read_number(object / "diskseq").value_or(0));
    // A "!" in the kernel's name stands for a "/" in that of the node.
    std::string node = disk;
    std::replace(node.begin(), node.end(), '!', '/');
    reading.medium.node = (paths.dev / node).string();
    reading.medium.size = sectors * 512;
    if (const auto interface = usb_interface_above(object)) {
        reading.medium.device = core::DeviceId{interface->device};
        reading.medium.interface = interface->number;
    }
    reading.partitions = partitions_of(object);
    reading.medium.system = is_system_disk(paths, disk, object, reading.partitions);
    return reading;
}

core::MediumId medium_id(const std::string& disk, std::uint64_t sequence) {
    return {disk + "-" + std::to_string(sequence)};
}

std::string disk_of(const core::MediumId& id) {
    const auto dash = id.value.rfind('-');
    const std::string disk = id.value.substr(0, dash);
    const bool clean = std::all_of(disk.begin(), disk.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '!';
    });
    return dash != std::string::npos && clean ? disk : std::string();
}

}  // namespace vaktpost::platform
