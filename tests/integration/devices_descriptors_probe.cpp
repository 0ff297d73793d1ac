// SPDX-License-Identifier: GPL-3.0-or-later
// devices_descriptors_probe NODE: what libusb and the walk make of a node of usbfs, one interface a
// line: `libusb|walk CONFIGURATION NUMBER CLASS SUBCLASS PROTOCOL`, all in decimal. For
// devices_descriptors.py.
#include <fcntl.h>

#include <cstdio>
#include <vector>

#include "platform/base/unique_fd.h"
#include "platform/devices/descriptor_walk.h"
#include "platform/devices/libusb_descriptors.h"

using namespace vaktpost::platform;

namespace {

void print(const char* reader, const std::vector<DescribedInterface>& found) {
    for (const auto& one : found)
        std::printf("%s %d %d %d %d %d\n", reader, one.configuration, one.number, one.cls.base,
                    one.cls.sub, one.cls.protocol);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const UniqueFd fd(::open(argv[1], O_RDONLY | O_CLOEXEC));
    if (!fd) return 1;
    std::vector<std::uint8_t> raw(65536);
    const ssize_t size = ::pread(fd.get(), raw.data(), raw.size(), 0);
    if (size < 0) return 1;
    raw.resize(static_cast<std::size_t>(size));
    print("walk", walk_descriptors(raw));
    print("libusb", libusb_descriptors(fd.get()));
    return 0;
}
