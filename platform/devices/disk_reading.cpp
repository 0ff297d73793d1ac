// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/disk_reading.h"

#include <fcntl.h>
#include <linux/cdrom.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <climits>
#include <ctime>
#include <string_view>

#include "platform/base/unique_fd.h"
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

bool is_optical(std::string_view disk) {
    return disk.substr(0, 2) == "sr";
}

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Whether a device above the disk is one that people plug and pull: on a bus that has no other
// ones, or behind a PCI port that the firmware calls external (Documentation/ABI/testing/
// sysfs-devices-removable). The kernel says nothing about other PCI devices: those are internal.
bool hangs_outside(fs::path object) {
    static constexpr std::array<std::string_view, 3> buses{"memstick", "firewire", "pcmcia"};
    for (; object.has_relative_path(); object = object.parent_path()) {
        if (read_attribute(object / "removable") == "removable") return true;
        if (is_one_of(buses, resolved(object / "subsystem").filename().string())) return true;
    }
    return false;
}

// Whether a drive for removable media has none in it. An optical one has a size without a disc too,
// and any may still have that of the medium before, so it is asked itself. No answer counts as a
// medium, which the examiner then fails on. Without O_NONBLOCK an optical drive would close its
// tray.
bool is_empty_drive(std::string_view disk, const fs::path& node) {
    const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (is_optical(disk) ? O_NONBLOCK : 0);
    const UniqueFd drive(::open(node.c_str(), flags));
    if (!drive) return errno == ENOMEDIUM;
    if (!is_optical(disk)) return false;
    const int status = ::ioctl(drive.get(), CDROM_DRIVE_STATUS, CDSL_CURRENT);
    return status == CDS_NO_DISC || status == CDS_TRAY_OPEN;
}

// The folder of the USB interface that the disk hangs on; empty where there is none.
fs::path usb_interface_folder(fs::path object) {
    for (; object.has_relative_path(); object = object.parent_path())
        if (parse_usb_interface(object.filename().string())) return object;
    return {};
}

// A card reader shows itself by a slot without a card, or by being built into the machine: who can
// pull neither device nor port pulls the card.
bool is_card_slot(const DevicePaths& paths, const fs::path& object) {
    const fs::path interface = usb_interface_folder(object);
    if (interface.empty()) return false;
    if (read_attribute(interface.parent_path() / "removable") == "fixed") return true;
    const auto disks = present_disks(paths);
    return std::any_of(disks.begin(), disks.end(), [&](const std::string& name) {
        const fs::path other = resolved(paths.sys / "class/block" / name);
        return other.string().rfind(interface.string() + "/", 0) == 0 &&
               read_number(other / "size") == 0U;
    });
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

bool is_medium(std::string_view disk, const fs::path& object) {
    static constexpr std::array<std::string_view, 2> cards{"SD", "SDcombo"};
    return is_optical(disk) || usb_interface_above(object) ||
           read_attribute(object / "removable") == "1" ||
           is_one_of(cards, read_attribute(object / "device/type")) || hangs_outside(object);
}

bool is_never_medium(std::string_view disk) {
    static constexpr std::array<std::string_view, 6> families{"loop", "dm-", "ram",
                                                              "zram", "nbd", "md"};
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

std::optional<DiskReading> read_disk(const DevicePaths& paths, const std::string& disk, bool open) {
    const fs::path object = resolved(paths.sys / "class/block" / disk);
    if (object.empty() || is_never_medium(disk) || !is_medium(disk, object)) return std::nullopt;
    // A "!" in the kernel's name stands for a "/" in that of the node.
    std::string node = disk;
    std::replace(node.begin(), node.end(), '!', '/');

    DiskReading reading;
    reading.medium.node = (paths.dev / node).string();
    // First: the kernel takes note of another medium when somebody opens the drive.
    const bool asked = is_optical(disk) || (open && read_attribute(object / "removable") == "1");
    const bool empty = asked && is_empty_drive(disk, reading.medium.node);
    reading.medium.id = medium_id(disk, read_number(object / "diskseq").value_or(0));
    reading.medium.size = empty ? 0 : read_number(object / "size").value_or(0) * 512;
    if (reading.medium.size == 0) return reading;
    reading.medium.slot = is_optical(disk) || is_card_slot(paths, object);
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
