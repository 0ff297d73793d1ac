// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/events/commit_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "agent/events/event_store.h"

namespace vaktpost::events {

core::Result<CommitWatch> CommitWatch::open(const std::filesystem::path& database) {
    const std::filesystem::path folder = database.has_parent_path() ? database.parent_path() : ".";
    platform::UniqueFd notices(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!notices) return core::system_error(errno, "watch " + folder.string());
    if (::inotify_add_watch(notices.get(), folder.c_str(),
                            IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) < 0)
        return core::system_error(errno, "watch " + folder.string());
    return CommitWatch(std::move(notices), database.filename().string());
}

bool CommitWatch::take_notices() {
    alignas(inotify_event) std::array<char, 4096> buffer{};
    bool about_log = false;
    for (ssize_t size = 0; (size = ::read(folder_.get(), buffer.data(), buffer.size())) > 0;) {
        const char* next = buffer.data();
        while (next < buffer.data() + size) {
            const auto* notice = reinterpret_cast<const inotify_event*>(next);
            const std::string_view name =
                notice->len > 0 ? std::string_view(notice->name) : std::string_view();
            about_log = about_log || name == epoch_name || name == database_ ||
                        (notice->mask & IN_Q_OVERFLOW) != 0;
            next += sizeof(inotify_event) + notice->len;
        }
    }
    return about_log;
}

}  // namespace vaktpost::events
