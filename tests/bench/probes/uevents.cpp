// SPDX-License-Identifier: GPL-3.0-or-later
// Prints each uevent of the USB bus as the kernel sends it: "MICROSECONDS ACTION DEVTYPE DEVPATH".
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include "clock.h"

namespace {

constexpr unsigned kernel_group = 1;
constexpr int buffer_bytes = 1'048'576;

// The message is "ACTION@DEVPATH", then KEY=VALUE; each ends with a zero byte.
std::map<std::string_view, std::string_view> properties(std::string_view message) {
    std::map<std::string_view, std::string_view> found;
    while (!message.empty()) {
        const auto field = message.substr(0, message.find('\0'));
        const auto equals = field.find('=');
        if (equals != field.npos) found.emplace(field.substr(0, equals), field.substr(equals + 1));
        message.remove_prefix(std::min(field.size() + 1, message.size()));
    }
    return found;
}

}  // namespace

int main() {
    const int socket = ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = kernel_group;
    setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes);
    if (bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        std::perror("uevents");
        return 1;
    }
    stamp_at_once();
    setvbuf(stdout, nullptr, _IOLBF, 0);
    char buffer[16'384];
    while (true) {
        const ssize_t size = recv(socket, buffer, sizeof buffer, 0);
        const auto seen = boot_us();
        if (size <= 0) continue;
        auto event = properties({buffer, static_cast<std::size_t>(size)});
        if (event["SUBSYSTEM"] != "usb") continue;
        std::printf("%lld %s %s %s\n", static_cast<long long>(seen),
                    std::string(event["ACTION"]).c_str(), std::string(event["DEVTYPE"]).c_str(),
                    std::string(event["DEVPATH"]).c_str());
    }
}
