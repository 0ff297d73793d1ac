// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/log_watch.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace vaktpost::cli {

core::Result<LogWatch> LogWatch::open(const std::filesystem::path& database) {
    auto commits = events::CommitWatch::open(database);
    if (!commits) return commits.error();
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGINT);
    ::sigaddset(&stop, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &stop, nullptr);
    platform::UniqueFd signals(::signalfd(-1, &stop, SFD_CLOEXEC));
    if (!signals) return core::system_error(errno, "watch for signals");
    return LogWatch(std::move(*commits), std::move(signals));
}

LogWatch::Woken LogWatch::wait() {
    for (;;) {
        std::array<pollfd, 3> watched{
            {{commits_.fd(), POLLIN, 0}, {signals_.get(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}}};
        if (::poll(watched.data(), watched.size(), -1) < 0) {
            if (errno == EINTR) continue;
            return Woken::stop;
        }
        if (watched[1].revents != 0 || watched[2].revents != 0) return Woken::stop;
        if (commits_.take_notices()) return Woken::commit;
    }
}

bool LogWatch::stopped() const {
    pollfd watched{signals_.get(), POLLIN, 0};
    return ::poll(&watched, 1, 0) > 0;
}

}  // namespace vaktpost::cli
