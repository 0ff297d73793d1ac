// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <map>
#include <memory>

#include "agent/ports/event_sink.h"
#include "agent/ports/mount_judge.h"
#include "platform/base/alive.h"
#include "platform/base/workers.h"
#include "platform/devices/paths.h"

namespace vaktpost::platform {

// Reports mounts that stand on removable or external disks, whatever lies between: MountSeen and
// MountGone. It sees the mounts of the machine's first mount namespace: the agent's own is made
// from it and follows it. Names devices to vaktpost-judge-mounts, which may unmount. Loop thread
// only.
class MountWatch final : public ports::MountJudge {
  public:
    MountWatch(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
               DevicePaths paths = {});

    void start();

    // By a file in /run/vaktpost/mounts, which vaktpost-mounts.path waits for.
    void judge(const core::MountId& mount) override;

  private:
    using Mounts = std::map<core::MountId, core::Mount>;

    void wait();
    void read();
    void compare(Mounts now);
    static Mounts read_mounts(const DevicePaths& paths);

    ports::EventSink sink_;
    Workers& workers_;
    DevicePaths paths_;
    boost::asio::posix::stream_descriptor table_;
    Mounts reported_;
    bool reading_ = false;
    bool read_again_ = false;
    Alive alive_;
};

}  // namespace vaktpost::platform
