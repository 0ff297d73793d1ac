// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/boot_timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace vaktpost::platform {

// Lives as long as a wait is under way, so that a handler queued before the timer's end finds
// something.
struct BootTimer::State : std::enable_shared_from_this<State> {
    explicit State(boost::asio::io_context& io) : descriptor(io) {
        const int fd = ::timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
        if (fd < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
        descriptor.assign(fd);
    }

    // Zero disarms, so the earliest time is one nanosecond after boot.
    void set(std::chrono::nanoseconds at) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at);
        itimerspec spec{};
        spec.it_value.tv_sec = static_cast<time_t>(seconds.count());
        spec.it_value.tv_nsec = static_cast<long>((at - seconds).count());
        ::timerfd_settime(descriptor.native_handle(), TFD_TIMER_ABSTIME, &spec, nullptr);
    }

    void wait() {
        if (std::exchange(waiting, true)) return;
        descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                              [self = shared_from_this()](const boost::system::error_code&) {
                                  self->waiting = false;
                                  self->fire();
                              });
    }

    void fire() {
        if (!handler) return;
        std::uint64_t expirations = 0;
        // Nothing to read: it was set to a later time after this wakeup had been queued.
        if (::read(descriptor.native_handle(), &expirations, sizeof expirations) < 0) return wait();
        std::exchange(handler, nullptr)();
    }

    boost::asio::posix::stream_descriptor descriptor;
    Handler handler;
    bool waiting = false;
};

BootTimer::BootTimer(boost::asio::io_context& io) : state_(std::make_shared<State>(io)) {}

BootTimer::~BootTimer() {
    state_->handler = nullptr;
    boost::system::error_code ignored;
    state_->descriptor.close(ignored);
}

void BootTimer::expires_at(core::Instant at, Handler handler) {
    state_->handler = std::move(handler);
    state_->set(
        std::max(std::chrono::nanoseconds(at.time_since_epoch()), std::chrono::nanoseconds(1)));
    state_->wait();
}

void BootTimer::cancel() {
    state_->handler = nullptr;
    state_->set(std::chrono::nanoseconds(0));
    boost::system::error_code ignored;
    state_->descriptor.cancel(ignored);
}

}  // namespace vaktpost::platform
