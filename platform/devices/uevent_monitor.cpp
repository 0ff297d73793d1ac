// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/uevent_monitor.h"

#include <libudev.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

#include "platform/base/clock.h"

namespace vaktpost::platform {
namespace {

// Of the kernel's memory, used only while events wait: a dock with everything on it brings some
// hundred kilobytes.
constexpr int receive_buffer_bytes = 4 * 1024 * 1024;

struct UdevDelete {
    void operator()(udev* context) const { ::udev_unref(context); }
    void operator()(udev_monitor* monitor) const { ::udev_monitor_unref(monitor); }
    void operator()(udev_device* device) const { ::udev_device_unref(device); }
};

std::string text(const char* value) {
    return value == nullptr ? std::string() : std::string(value);
}

Uevent uevent_of(udev_device* device) {
    Uevent event;
    event.action = text(::udev_device_get_action(device));
    event.subsystem = text(::udev_device_get_subsystem(device));
    event.devtype = text(::udev_device_get_devtype(device));
    event.path = text(::udev_device_get_devpath(device));
    event.node = text(::udev_device_get_devnode(device));
    event.ours = text(::udev_device_get_property_value(device, "SYNTH_ARG_VAKTPOST")) == "1";
    event.seen = now();
    return event;
}

}  // namespace

struct UeventMonitor::State : std::enable_shared_from_this<State> {
    State(boost::asio::io_context& io, const Handlers& handlers) : descriptor(io), call(handlers) {}

    core::Status open() {
        context.reset(::udev_new());
        if (!context) return core::system_error(errno, "udev_new");
        monitor.reset(::udev_monitor_new_from_netlink(context.get(), "kernel"));
        if (!monitor) return core::system_error(errno, "open the kernel's uevents");
        for (const char* subsystem : {"usb", "block", "input"})
            ::udev_monitor_filter_add_match_subsystem_devtype(monitor.get(), subsystem, nullptr);
        // Without the right to exceed the system's limit it stays smaller: more overruns, each
        // answered by a scan.
        ::udev_monitor_set_receive_buffer_size(monitor.get(), receive_buffer_bytes);
        const int result = ::udev_monitor_enable_receiving(monitor.get());
        if (result < 0) return core::system_error(-result, "receive the kernel's uevents");
        descriptor.assign(::udev_monitor_get_fd(monitor.get()));
        wait();
        return core::Done{};
    }

    // libudev owns the descriptor.
    ~State() {
        if (descriptor.is_open()) static_cast<void>(descriptor.release());
    }

    void close() {
        closed = true;
        if (descriptor.is_open()) static_cast<void>(descriptor.release());
    }

    void wait() {
        descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                              [self = shared_from_this()](const boost::system::error_code&) {
                                  if (!self->closed) self->receive();
                              });
    }

    void receive() {
        while (!closed) {
            errno = 0;
            const std::unique_ptr<udev_device, UdevDelete> device(
                ::udev_monitor_receive_device(monitor.get()));
            const int error = errno;
            if (device) {
                call.uevent(uevent_of(device.get()));
            } else if (error == ENOBUFS) {
                call.overrun();
            } else if (error == EAGAIN || error == EINTR) {
                return wait();
            } else {
                close();
                return call.lost(std::generic_category().message(error));
            }
        }
    }

    std::unique_ptr<udev, UdevDelete> context;
    std::unique_ptr<udev_monitor, UdevDelete> monitor;
    boost::asio::posix::stream_descriptor descriptor;
    const Handlers& call;
    bool closed = false;
};

UeventMonitor::UeventMonitor(boost::asio::io_context& io, Handlers handlers)
    : io_(io), handlers_(std::move(handlers)) {}

UeventMonitor::~UeventMonitor() {
    if (state_) state_->close();
}

core::Status UeventMonitor::open() {
    if (state_) state_->close();
    state_ = std::make_shared<State>(io_, handlers_);
    return state_->open();
}

}  // namespace vaktpost::platform
