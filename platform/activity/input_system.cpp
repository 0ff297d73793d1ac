// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/input_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <libevdev/libevdev.h>
#include <libudev.h>
#include <linux/input.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string_view>

#include "platform/activity/event_reader.h"
#include "platform/activity/input_kind.h"

namespace vaktpost::platform {

namespace {

constexpr const char* directory = "/dev/input";

template <auto release>
struct Releaser {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};

std::string sysname(const std::string& node) {
    return node.substr(node.rfind('/') + 1);
}

std::vector<std::string> list_nodes() {
    std::vector<std::string> nodes;
    const std::unique_ptr<DIR, Releaser<closedir>> listing(opendir(directory));
    while (listing != nullptr) {
        const dirent* entry = readdir(listing.get());
        if (entry == nullptr) break;
        const std::string_view name = entry->d_name;
        if (name.starts_with("event"))
            nodes.push_back(std::string(directory) + "/" + std::string(name));
    }
    return nodes;
}

bool made_by_uinput(const std::string& node) {
    const std::string link = "/sys/class/input/" + sysname(node);
    const std::unique_ptr<char, Releaser<std::free>> path(realpath(link.c_str(), nullptr));
    return path != nullptr &&
           std::string_view(path.get()).find("/devices/virtual/input/") != std::string_view::npos;
}

core::Result<InputKind> kind_of(int fd, const std::string& node) {
    libevdev* device = nullptr;
    const int r = libevdev_new_from_fd(fd, &device);
    if (r < 0) return core::system_error(-r, "examine " + node);
    const auto kind = classify(device);
    libevdev_free(device);  // at once: it keeps a bitmap of pressed keys
    return kind;
}

// Only what read_newest() counts reaches our ring. A kernel without EVIOCSMASK delivers the rest
// too, which costs room in the ring and changes nothing else.
void mask_types(int fd) {
    std::array<std::uint8_t, EV_MAX / 8 + 1> types{};
    for (const unsigned type : {unsigned{EV_KEY}, unsigned{EV_REL}, unsigned{EV_ABS}})
        types[type / 8] = static_cast<std::uint8_t>(types[type / 8] | (1U << (type % 8)));
    input_mask mask{};
    mask.type = EV_SYN;  // the codes of EV_SYN's mask are the event types
    mask.codes_size = types.size();
    mask.codes_ptr = reinterpret_cast<std::uintptr_t>(types.data());
    ioctl(fd, EVIOCSMASK, &mask);
}

// Setting the clock empties the ring but for a SYN_DROPPED, which must not pass for activity.
void discard_queued(int fd) {
    std::array<input_event, 16> buffer;
    read_newest(fd, buffer);
}

core::Result<UniqueFd> open_device(const std::string& node) {
    if (made_by_uinput(node)) return UniqueFd();
    UniqueFd fd(open(node.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (!fd) return core::system_error(errno, "open " + node);
    const auto kind = kind_of(fd.get(), node);
    if (!kind) return kind.error();
    if (*kind == InputKind::none) return UniqueFd();
    mask_types(fd.get());
    int clock = CLOCK_BOOTTIME;
    if (ioctl(fd.get(), EVIOCSCLOCKID, &clock) != 0)
        return core::system_error(errno, "set the clock of " + node);
    discard_queued(fd.get());
    return fd;
}

std::optional<core::SeatName> seat_of(const std::string& node) {
    const std::unique_ptr<udev, Releaser<udev_unref>> context(udev_new());
    if (context == nullptr) return std::nullopt;
    const std::unique_ptr<udev_device, Releaser<udev_device_unref>> device(
        udev_device_new_from_subsystem_sysname(context.get(), "input", sysname(node).c_str()));
    if (device == nullptr || udev_device_get_is_initialized(device.get()) <= 0) return std::nullopt;
    const char* seat = udev_device_get_property_value(device.get(), "ID_SEAT");
    return core::SeatName{seat != nullptr ? seat : "seat0"};
}

}  // namespace

InputSystem evdev_input_system() {
    return {.list = list_nodes, .open = open_device, .seat = seat_of};
}

}  // namespace vaktpost::platform
