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
#include <utility>

#include "platform/base/small_file.h"
#include "platform/devices/sysfs.h"
#include "platform/devices/usb_names.h"

namespace vaktpost::prove_keyboard {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int depth_limit = 5;  // interface / HID device / input / inputN / eventN
constexpr milliseconds next_look{250};

milliseconds until(steady_clock::time_point moment) {
    return std::chrono::duration_cast<milliseconds>(moment - steady_clock::now());
}

void find_nodes(const fs::path& folder, int depth, std::vector<fs::path>& nodes) {
    for (const auto& name : platform::names_in(folder)) {
        std::error_code error;
        if (fs::symlink_status(folder / name, error).type() != fs::file_type::directory) continue;
        if (name.starts_with("event")) nodes.push_back(folder / name);
        if (depth < depth_limit) find_nodes(folder / name, depth + 1, nodes);
    }
}

void wait_a_moment() {
    constexpr timespec moment{0, 50'000'000};
    ::nanosleep(&moment, nullptr);
}

// The kernel's switch of the input device that a node belongs to, since Linux 5.11.
fs::path inhibited(const fs::path& node) {
    return node.parent_path() / "inhibited";
}

// False: it has left.
bool read_keys(int fd, const std::function<bool(std::uint16_t)>& press, bool& go_on) {
    input_event events[32];
    const ssize_t got = ::read(fd, events, sizeof events);
    if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
    const auto count = static_cast<std::size_t>(got) / sizeof(input_event);
    for (std::size_t i = 0; i < count && go_on; ++i)
        if (events[i].type == EV_KEY && events[i].value == 1) go_on = press(events[i].code);
    ::explicit_bzero(events, sizeof events);
    return true;
}

}  // namespace

bool take(int input_device) {
    return ::ioctl(input_device, EVIOCGRAB, 1) == 0;
}

GrabbedKeyboards::GrabbedKeyboards(fs::path sys, fs::path nodes, std::string device,
                                   std::vector<std::string> interfaces, Take take_one)
    : sys_(std::move(sys)),
      node_folder_(std::move(nodes)),
      device_(std::move(device)),
      interfaces_(std::move(interfaces)),
      take_(std::move(take_one)) {}

// Until the agent has decided the kernel hears nothing of them again.
GrabbedKeyboards::~GrabbedKeyboards() {
    for (const auto& [folder, node] : held_)
        if (node.released) (void)platform::write_existing(inhibited(folder), "1");
}

bool GrabbedKeyboards::grab(milliseconds longest) {
    const auto last = steady_clock::now() + longest;
    while (!look() || held_.empty()) {
        if (interface_folders().empty() || steady_clock::now() >= last) return false;
        wait_a_moment();
    }
    return true;
}

void GrabbedKeyboards::listen(milliseconds longest, milliseconds gap,
                              const std::function<bool(std::uint16_t)>& press) {
    const auto last = steady_clock::now() + longest;
    auto last_held = steady_clock::now();
    for (bool go_on = true; go_on;) {
        look();
        release_all();
        if (!held_.empty()) last_held = steady_clock::now();
        const bool over = until(last).count() <= 0 || until(last_held + gap).count() <= 0;
        if (over || interface_folders().empty()) return;
        if (!read_some(std::min(until(last), next_look), press, go_on)) return;
    }
}

std::vector<fs::path> GrabbedKeyboards::interface_folders() const {
    std::vector<fs::path> folders;
    const fs::path folder = platform::resolved(sys_ / "bus/usb/devices" / device_);
    for (const auto& name : platform::names_in(folder)) {
        const auto interface = platform::parse_usb_interface(name);
        if (interface && std::find(interfaces_.begin(), interfaces_.end(),
                                   std::to_string(interface->number)) != interfaces_.end())
            folders.push_back(folder / name);
    }
    return folders;
}

// Takes what is there and lets go of what is not any more. False: some of it is not ours yet, since
// the run before has only just ended, or its node is still being made.
bool GrabbedKeyboards::look() {
    std::vector<fs::path> nodes;
    for (const auto& folder : interface_folders()) find_nodes(folder, 1, nodes);
    std::erase_if(held_, [&](const auto& entry) {
        return std::find(nodes.begin(), nodes.end(), entry.first) == nodes.end();
    });
    bool all = true;
    for (const auto& node : nodes) {
        if (held_.contains(node)) continue;
        const fs::path name = node_folder_ / node.filename();
        platform::UniqueFd fd(::open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
        if (fd && take_(fd.get()))
            held_[node].fd = std::move(fd);
        else
            all = false;
    }
    return all;
}

// What is grabbed reaches us alone. Each time: udev may come to it only after us.
void GrabbedKeyboards::release_all() {
    for (auto& [folder, node] : held_)
        if (platform::read_attribute(inhibited(folder)) == "1")
            node.released = platform::write_existing(inhibited(folder), "0").ok() || node.released;
}

// False: the agent, at the other end of standard output, is gone, and nobody waits for the answer.
bool GrabbedKeyboards::read_some(milliseconds longest,
                                 const std::function<bool(std::uint16_t)>& press, bool& go_on) {
    std::vector<pollfd> waits;
    std::vector<fs::path> names;
    for (const auto& [folder, node] : held_) {
        waits.push_back({node.fd.get(), POLLIN, 0});
        names.push_back(folder);
    }
    waits.push_back({STDOUT_FILENO, 0, 0});
    const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(longest.count()));
    if (ready < 0) return errno == EINTR;
    if (waits.back().revents != 0) return false;
    for (std::size_t i = 0; i < names.size() && go_on; ++i)
        if (waits[i].revents != 0 && !read_keys(waits[i].fd, press, go_on)) held_.erase(names[i]);
    return true;
}

}  // namespace vaktpost::prove_keyboard
