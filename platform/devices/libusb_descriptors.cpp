// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/libusb_descriptors.h"

#include <libusb-1.0/libusb.h>

#include <memory>
#include <span>

namespace vaktpost::platform {
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

}  // namespace

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

}  // namespace vaktpost::platform
