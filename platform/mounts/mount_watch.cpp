// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/mounts/mount_watch.h"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "platform/base/journal.h"
#include "platform/base/small_file.h"
#include "platform/devices/mount_table.h"
#include "platform/mounts/mount_chain.h"

namespace vaktpost::platform {
MountWatch::MountWatch(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
                       DevicePaths paths)
    : sink_(std::move(sink)), workers_(workers), paths_(std::move(paths)), table_(io) {}

void MountWatch::start() {
    const auto path = paths_.proc / "self/mountinfo";
    boost::system::error_code failed;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd >= 0) table_.assign(fd, failed);
    if (fd < 0 || failed) return warn("mounts cannot be watched: " + path.string());
    wait();
    read();
}

// proc(5), mounts: a change shows as an exceptional condition.
void MountWatch::wait() {
    table_.async_wait(boost::asio::posix::stream_descriptor::wait_error,
                      alive_.guard([this](const boost::system::error_code& error) {
                          if (error) return;
                          wait();
                          read();
                      }));
}

void MountWatch::read() {
    if (reading_) {
        read_again_ = true;
        return;
    }
    reading_ = true;
    const auto result = std::make_shared<Mounts>();
    workers_.run(
        "mounts", [result, paths = paths_] { *result = read_mounts(paths); },
        alive_.guard([this, result] {
            reading_ = false;
            compare(std::move(*result));
            if (std::exchange(read_again_, false)) read();
        }));
}

MountWatch::Mounts MountWatch::read_mounts(const DevicePaths& paths) {
    Mounts mounts;
    const ChainWalk walk(paths);
    for (const auto& mount : mounts_now(paths)) {
        const core::MountId id{mount.number};
        if (mounts.count(id) != 0 || (mount.number.rfind("0:", 0) == 0 && mount.type != "btrfs"))
            continue;
        auto chain = walk.below(mount);
        if (!chain.disks.empty()) mounts[id] = {id, std::move(chain.disks), mount.writable};
    }
    return mounts;
}

void MountWatch::compare(Mounts now) {
    const auto before = std::exchange(reported_, std::move(now));
    for (const auto& [id, mount] : before)
        if (reported_.count(id) == 0) sink_(core::MountGone{id});
    for (const auto& [id, mount] : std::map(reported_)) {
        const auto known = before.find(id);
        if (known == before.end() || known->second != mount) sink_(core::MountSeen{mount});
    }
}

void MountWatch::judge(const core::MountId& mount) {
    const auto asked = replace_file(paths_.run / "mounts" / mount.value, "", 0600);
    if (!asked) warn(asked.error().text());
}

}  // namespace vaktpost::platform
