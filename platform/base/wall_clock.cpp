// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/base/wall_clock.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <limits>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/journal.h"

namespace vaktpost::platform {

core::Wall wall_now() {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    core::Wall wall;
    wall.at = now();
    wall.utc = std::chrono::seconds(time.tv_sec) +
               std::chrono::duration_cast<core::WallTime>(std::chrono::nanoseconds(time.tv_nsec));
    ::tzset();
    std::tm local{};
    if (::localtime_r(&time.tv_sec, &local) != nullptr)
        wall.offset = std::chrono::seconds(local.tm_gmtoff);
    return wall;
}

// Lives as long as a wait is under way.
struct WallClock::State : std::enable_shared_from_this<State> {
    explicit State(boost::asio::io_context& io) : descriptor(io) {}

    // It is never due: all it does is to be cancelled.
    [[nodiscard]] bool arm() {
        itimerspec spec{};
        spec.it_value.tv_sec = std::numeric_limits<std::int32_t>::max();
        return ::timerfd_settime(descriptor.native_handle(),
                                 TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, nullptr) == 0;
    }

    void wait() {
        descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                              [self = shared_from_this()](const boost::system::error_code& error) {
                                  if (!error && self->handler) self->fire();
                              });
    }

    void fire() {
        std::uint64_t expirations = 0;
        const bool was_set =
            ::read(descriptor.native_handle(), &expirations, sizeof expirations) < 0 &&
            errno == ECANCELED;
        if (!arm()) return warn("nobody tells when the clock is set any more");
        wait();
        if (was_set) handler();
    }

    boost::asio::posix::stream_descriptor descriptor;
    Handler handler;
};

WallClock::WallClock(boost::asio::io_context& io, Handler was_set)
    : state_(std::make_shared<State>(io)) {
    const int fd = ::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd < 0) {
        warn("nobody tells when the clock is set: no timer");
        return;
    }
    state_->descriptor.assign(fd);
    state_->handler = std::move(was_set);
    if (state_->arm()) state_->wait();
}

WallClock::~WallClock() {
    state_->handler = nullptr;
    boost::system::error_code ignored;
    state_->descriptor.close(ignored);
}

}  // namespace vaktpost::platform
