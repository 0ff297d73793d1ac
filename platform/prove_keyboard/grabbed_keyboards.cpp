// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/prove_keyboard/grabbed_keyboards.h"

#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "platform/devices/sysfs.h"
#include "platform/devices/usb_names.h"

namespace vaktpost::prove_keyboard {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr int depth_limit = 5;  // interface / HID device / input / inputN / eventN

void find_nodes(const fs::path& folder, int depth, std::vector<std::string>& nodes) {
    for (const auto& name : platform::names_in(folder)) {
        std::error_code error;
        if (fs::symlink_status(folder / name, error).type() != fs::file_type::directory) continue;
        if (name.starts_with("event")) nodes.push_back("/dev/input/" + name);
        if (depth < depth_limit) find_nodes(folder / name, depth + 1, nodes);
    }
}

std::vector<std::string> nodes_of(const fs::path& sys, const std::string& device,
                                  const std::vector<std::string>& interfaces) {
    std::vector<std::string> nodes;
    const fs::path folder = platform::resolved(sys / "bus/usb/devices" / device);
    for (const auto& name : platform::names_in(folder)) {
        const auto interface = platform::parse_usb_interface(name);
        if (interface && std::find(interfaces.begin(), interfaces.end(),
                                   std::to_string(interface->number)) != interfaces.end())
            find_nodes(folder / name, 1, nodes);
    }
    return nodes;
}

void wait_a_moment() {
    constexpr timespec moment{0, 50'000'000};
    ::nanosleep(&moment, nullptr);
}

// False: it has left.
bool read_keys(int fd, const std::function<bool(std::uint16_t)>& press, bool& go_on) {
    input_event events[32];
    const ssize_t got = ::read(fd, events, sizeof events);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    const auto count = static_cast<std::size_t>(got) / sizeof(input_event);
    for (std::size_t i = 0; i < count && go_on; ++i)
        if (events[i].type == EV_KEY && events[i].value == 1) go_on = press(events[i].code);
    ::explicit_bzero(events, sizeof events);
    return true;
}

}  // namespace

bool GrabbedKeyboards::grab(const fs::path& sys, const std::string& device,
                            const std::vector<std::string>& interfaces,
                            std::chrono::milliseconds longest) {
    const auto last = steady_clock::now() + longest;
    std::vector<std::string> nodes;
    while ((nodes = nodes_of(sys, device, interfaces)).empty() && steady_clock::now() < last)
        wait_a_moment();
    for (const auto& node : nodes) {
        platform::UniqueFd fd(::open(node.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
        if (!fd || ::ioctl(fd.get(), EVIOCGRAB, 1) != 0) return false;
        nodes_.push_back(std::move(fd));
    }
    return !nodes_.empty();
}

bool GrabbedKeyboards::listen(std::chrono::milliseconds longest,
                              const std::function<bool(std::uint16_t)>& press) {
    const auto last = steady_clock::now() + longest;
    std::vector<pollfd> waits;
    for (const auto& node : nodes_) waits.push_back({node.get(), POLLIN, 0});
    // The agent, at the other end of standard output: without it nobody waits for the answer.
    waits.push_back({STDOUT_FILENO, 0, 0});
    for (bool go_on = true; go_on;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(last - steady_clock::now());
        if (left.count() <= 0) return false;
        const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(left.count()));
        if (ready < 0 && errno != EINTR) return false;
        if (ready <= 0) continue;
        if (waits.back().revents != 0) return false;
        for (std::size_t i = 0; i < nodes_.size() && go_on; ++i)
            if (waits[i].revents != 0 && !read_keys(waits[i].fd, press, go_on)) return false;
    }
    return true;
}

}  // namespace vaktpost::prove_keyboard
