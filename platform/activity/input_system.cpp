// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/activity/input_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <libevdev/libevdev.h>
#include <libudev.h>
#include <linux/input.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string_view>
#include <utility>

#include "platform/activity/event_reader.h"

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

// Where it hangs, as sysfs shows it.
void locate(const std::string& node, InputDevice& input) {
    const std::string link = "/sys/class/input/" + sysname(node);
    const std::unique_ptr<char, Releaser<std::free>> path(realpath(link.c_str(), nullptr));
    if (path == nullptr) return;
    const auto lies_below = [&](std::string_view folder) {
        return std::string_view(path.get()).find(folder) != std::string_view::npos;
    };
    input.by_program = lies_below("/devices/virtual/input/");
    input.on_usb = lies_below("/usb");
}

// Everything but the descriptors. Also whether it needs two.
core::Result<bool> describe(int fd, const std::string& node, InputDevice& input) {
    libevdev* device = nullptr;
    const int r = libevdev_new_from_fd(fd, &device);
    if (r < 0) return core::system_error(-r, "examine " + node);
    input.kind = classify(device);
    input.letters = input.kind == InputKind::keyboard && has_letters(device);
    input.touch_screen = input.kind == InputKind::touch && is_touch_screen(device);
    locate(node, input);
    input.id.vendor = static_cast<std::uint16_t>(libevdev_get_id_vendor(device));
    input.id.product = static_cast<std::uint16_t>(libevdev_get_id_product(device));
    const bool moves = can_move(device, input.kind);
    libevdev_free(device);  // at once: it keeps a bitmap of pressed keys
    return moves;
}

// Lets only the codes of one type through that `wanted` names. A kernel without EVIOCSMASK delivers
// the others too: then a click may drown in movement, and movement may count as more than that.
void mask_codes(int fd, unsigned type, unsigned codes,
                const std::function<bool(std::uint16_t)>& wanted) {
    constexpr unsigned word = 8 * sizeof(unsigned long);
    std::array<unsigned long, KEY_CNT / word> bits{};
    for (unsigned code = 0; code < codes; ++code)
        if (wanted(static_cast<std::uint16_t>(code))) bits[code / word] |= 1UL << (code % word);
    input_mask mask{};
    mask.type = type;
    mask.codes_size = sizeof bits;  // whole words, else EINVAL; what is too many is not looked at
    mask.codes_ptr = reinterpret_cast<std::uintptr_t>(bits.data());
    ioctl(fd, EVIOCSMASK, &mask);
}

// Only what read_newest() counts reaches our ring. The kernel drops packets of which nothing is
// left, so that they neither fill the ring nor wake anybody.
void mask_types(int fd) {
    mask_codes(fd, EV_SYN, EV_CNT, [](unsigned type) {  // EV_SYN's codes are the event types
        return type == EV_KEY || type == EV_REL || type == EV_ABS;
    });
}

void mask_movement(int fd, InputKind kind, bool movement) {
    for (const auto& [type, codes] :
         {std::pair{EV_KEY, KEY_CNT}, std::pair{EV_REL, REL_CNT}, std::pair{EV_ABS, ABS_CNT}})
        mask_codes(fd, static_cast<unsigned>(type), static_cast<unsigned>(codes),
                   [&, type = static_cast<std::uint16_t>(type)](std::uint16_t code) {
                       return is_movement(kind, type, code) == movement;
                   });
}

core::Result<UniqueFd> open_node(const std::string& node) {
    UniqueFd fd(open(node.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (!fd) return core::system_error(errno, "open " + node);
    return fd;
}

core::Status start_queue(int fd, const std::string& node) {
    mask_types(fd);
    int clock = CLOCK_BOOTTIME;
    if (ioctl(fd, EVIOCSCLOCKID, &clock) != 0)
        return core::system_error(errno, "set the clock of " + node);
    // Setting the clock empties the ring but for a SYN_DROPPED, which must not pass for activity.
    std::array<input_event, 16> buffer;
    read_newest(fd, InputKind::none, core::ActivityKind::movement, buffer);
    return core::Done{};
}

core::Result<InputDevice> open_device(const std::string& node) {
    InputDevice input;
    auto first = open_node(node);
    if (!first) return first.error();
    const auto moves = describe(first->get(), node, input);
    if (!moves) return moves.error();
    if (input.kind == InputKind::none) return input;
    input.deliberate = std::move(*first);
    if (*moves) {
        auto second = open_node(node);
        if (!second) return second.error();
        input.movement = std::move(*second);
        mask_movement(input.deliberate.get(), input.kind, false);
        mask_movement(input.movement.get(), input.kind, true);
        if (auto started = start_queue(input.movement.get(), node); !started)
            return started.error();
    }
    if (auto started = start_queue(input.deliberate.get(), node); !started) return started.error();
    return input;
}

// By taking it for ourselves and letting go at once. Other readers of the device miss what happens
// in these microseconds; a text console what happens in the tens of ms until the kernel has undone
// it (synchronize_rcu). So it is asked only of a keyboard on which nobody types, and never while a
// key is down: nobody would then see it come up.
// With a descriptor of its own: EVIOCGKEY takes what is queued from the one it is asked with.
bool held_by_another(const std::string& node) {
    const auto opened = open_node(node);
    if (!opened) return false;
    const int fd = opened->get();
    std::array<std::uint8_t, KEY_CNT / 8> keys{};
    if (ioctl(fd, EVIOCGKEY(keys.size()), keys.data()) < 0) return false;
    const bool any_down =
        std::any_of(keys.begin(), keys.end(), [](std::uint8_t byte) { return byte != 0; });
    explicit_bzero(keys.data(), keys.size());
    if (any_down) return false;
    if (ioctl(fd, EVIOCGRAB, 1) != 0) return errno == EBUSY;
    ioctl(fd, EVIOCGRAB, 0);
    return false;
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
    return {.list = list_nodes,
            .open = open_device,
            .seat = seat_of,
            .held_by_another = held_by_another};
}

}  // namespace vaktpost::platform
