// SPDX-License-Identifier: GPL-3.0-or-later
// devices_descriptors_probe NODE: what libusb and the walk make of a node of usbfs, one interface a
// line: `libusb|walk CONFIGURATION NUMBER CLASS SUBCLASS PROTOCOL`, all in decimal. For
// devices_descriptors.py.
#include <fcntl.h>
#include <libusb-1.0/libusb.h>

#include <cstdio>
#include <memory>
#include <span>
#include <vector>

#include "platform/base/unique_fd.h"
#include "platform/devices/descriptor_walk.h"

using namespace vaktpost::platform;

namespace {

struct LibusbDelete {
    void operator()(libusb_context* context) const { ::libusb_exit(context); }
    void operator()(libusb_device_handle* handle) const { ::libusb_close(handle); }
    void operator()(libusb_config_descriptor* descriptor) const {
        ::libusb_free_config_descriptor(descriptor);
    }
};
template <class T>
using LibusbPtr = std::unique_ptr<T, LibusbDelete>;

void add_configuration(const libusb_config_descriptor& configuration,
                       std::vector<DescribedInterface>& found) {
    for (const auto& interface : std::span(configuration.interface, configuration.bNumInterfaces)) {
        const auto alternates =
            std::span(interface.altsetting, static_cast<std::size_t>(interface.num_altsetting));
        for (const auto& alternate : alternates)
            found.push_back({configuration.bConfigurationValue,
                             alternate.bInterfaceNumber,
                             {alternate.bInterfaceClass, alternate.bInterfaceSubClass,
                              alternate.bInterfaceProtocol}});
    }
}

// Empty where libusb refuses them. The node is read-only, and device discovery is off: nothing but
// the node is asked.
std::vector<DescribedInterface> libusb_descriptors(int fd) {
    std::vector<DescribedInterface> found;
    ::libusb_set_option(nullptr, LIBUSB_OPTION_NO_DEVICE_DISCOVERY);

    libusb_context* opened_context = nullptr;
    if (::libusb_init(&opened_context) != LIBUSB_SUCCESS) return found;
    const LibusbPtr<libusb_context> context(opened_context);

    libusb_device_handle* opened_handle = nullptr;
    if (::libusb_wrap_sys_device(context.get(), fd, &opened_handle) != LIBUSB_SUCCESS) return found;
    const LibusbPtr<libusb_device_handle> handle(opened_handle);

    libusb_device* device = ::libusb_get_device(handle.get());
    libusb_device_descriptor descriptor{};
    if (::libusb_get_device_descriptor(device, &descriptor) != LIBUSB_SUCCESS) return found;
    for (std::uint8_t i = 0; i < descriptor.bNumConfigurations; ++i) {
        libusb_config_descriptor* read = nullptr;
        if (::libusb_get_config_descriptor(device, i, &read) != LIBUSB_SUCCESS) continue;
        const LibusbPtr<libusb_config_descriptor> configuration(read);
        add_configuration(*configuration, found);
    }
    return found;
}

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
