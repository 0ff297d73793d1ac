// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/log_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "agent/events/event_store.h"

namespace vaktpost::cli {

core::Result<LogWatch> LogWatch::open(const std::filesystem::path& database) {
    const std::filesystem::path folder = database.has_parent_path() ? database.parent_path() : ".";
    platform::UniqueFd notices(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!notices) return core::system_error(errno, "watch " + folder.string());
    if (::inotify_add_watch(notices.get(), folder.c_str(),
                            IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) < 0)
        return core::system_error(errno, "watch " + folder.string());
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGINT);
    ::sigaddset(&stop, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &stop, nullptr);
    platform::UniqueFd signals(::signalfd(-1, &stop, SFD_CLOEXEC));
    if (!signals) return core::system_error(errno, "watch for signals");
    return LogWatch(std::move(notices), std::move(signals), database.filename().string());
}

LogWatch::Woken LogWatch::wait() {
    for (;;) {
        std::array<pollfd, 3> watched{
            {{folder_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}}};
        if (::poll(watched.data(), watched.size(), -1) < 0) {
            if (errno == EINTR) continue;
            return Woken::stop;
        }
        if (watched[1].revents != 0 || watched[2].revents != 0) return Woken::stop;
        if (take_notices()) return Woken::commit;
    }
}

// True: one of them is about the log.
bool LogWatch::take_notices() {
    alignas(inotify_event) std::array<char, 4096> buffer{};
    bool about_log = false;
    for (ssize_t size = 0; (size = ::read(folder_.get(), buffer.data(), buffer.size())) > 0;) {
        const char* next = buffer.data();
        while (next < buffer.data() + size) {
            const auto* notice = reinterpret_cast<const inotify_event*>(next);
            const std::string_view name =
                notice->len > 0 ? std::string_view(notice->name) : std::string_view();
            about_log = about_log || name == events::epoch_name || name == database_ ||
                        (notice->mask & IN_Q_OVERFLOW) != 0;
            next += sizeof(inotify_event) + notice->len;
        }
    }
    return about_log;
}

bool LogWatch::stopped() const {
    pollfd watched{signals_.get(), POLLIN, 0};
    return ::poll(&watched, 1, 0) > 0;
}

}  // namespace vaktpost::cli
