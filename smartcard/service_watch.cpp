// SPDX-License-Identifier: GPL-3.0-or-later
#include "smartcard/service_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <system_error>

namespace vaktpost::smartcard {

namespace {

using Clock = std::chrono::steady_clock;

int remaining_ms(Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

}  // namespace

ServiceWatch::ServiceWatch(const std::filesystem::path& socket)
    : folder_(socket.parent_path()), stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

// The socket's folder comes and goes with the service (RuntimeDirectory=), hence its parent.
ServiceWatch::Watched ServiceWatch::watch() const {
    constexpr std::uint32_t socket_made = IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF;
    if (inotify_add_watch(inotify_.get(), folder_.c_str(), socket_made) >= 0)
        return Watched::folder;
    constexpr std::uint32_t folder_made = IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;
    if (inotify_add_watch(inotify_.get(), folder_.parent_path().c_str(), folder_made) >= 0)
        return Watched::parent;
    return Watched::nothing;
}

void ServiceWatch::arm() {
    inotify_.reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    watched_ = watch();
    std::error_code ignored;
    if (watched_ == Watched::parent && std::filesystem::exists(folder_, ignored))
        watched_ = watch();  // it was made between the two looks
}

bool ServiceWatch::wait(std::chrono::milliseconds timeout) {
    const auto until = Clock::now() + timeout;
    for (;;) {
        std::array<pollfd, 2> fds{pollfd{stop_.get(), POLLIN, 0},
                                  pollfd{inotify_.get(), POLLIN, 0}};
        const int ready = poll(fds.data(), fds.size(), remaining_ms(until));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0 || fds[0].revents != 0) return false;
        if (watched_ == Watched::folder) return true;
        arm();  // something new beside the folder, or the folder itself
        if (watched_ == Watched::folder) return true;
    }
}

void ServiceWatch::pause(std::chrono::milliseconds time) const {
    pollfd stop{stop_.get(), POLLIN, 0};
    poll(&stop, 1, static_cast<int>(time.count()));
}

void ServiceWatch::stop() const {
    eventfd_write(stop_.get(), 1);
}

std::filesystem::path ServiceWatch::pcscd_socket() {
    // libpcsclite's own variable: both must look at the same place. Set by whoever starts us.
    const char* path = std::getenv("PCSCLITE_CSOCK_NAME");
    return path != nullptr ? path : "/run/pcscd/pcscd.comm";
}

}  // namespace vaktpost::smartcard
