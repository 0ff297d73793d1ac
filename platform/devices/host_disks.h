// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <optional>
#include <vector>

#include "agent/core/events.h"
#include "agent/ports/event_sink.h"
#include "platform/base/alive.h"
#include "platform/base/workers.h"
#include "platform/devices/paths.h"

namespace vaktpost::platform {

// What of the machine's own disks is not encrypted, as HostDisksSeen: once at start, and again when
// that has changed. Looks whenever something is mounted or unmounted and when swap comes or goes;
// wakes nobody otherwise. A mapping that is moved to another disk under a mounted file system is
// seen with the next of these. Loop thread only.
class HostDisks {
  public:
    HostDisks(boost::asio::io_context& io, ports::EventSink sink, Workers& workers,
              DevicePaths paths = {});
    ~HostDisks();
    HostDisks(const HostDisks&) = delete;
    HostDisks& operator=(const HostDisks&) = delete;

    void start();

    void look();

  private:
    using Descriptor = boost::asio::posix::stream_descriptor;

    void watch(Descriptor& descriptor, const std::filesystem::path& table);
    void wait(Descriptor& descriptor);
    void have_looked(const std::vector<core::PlainDisk>& plain);
    [[nodiscard]] bool told_before(const std::vector<core::PlainDisk>& plain) const;
    void remember(const std::vector<core::PlainDisk>& plain) const;

    ports::EventSink sink_;
    Workers& workers_;
    DevicePaths paths_;
    Descriptor mounts_;
    Descriptor swaps_;
    std::optional<std::vector<core::PlainDisk>> told_;
    bool looking_ = false;
    bool look_again_ = false;
    Alive alive_;
};

}  // namespace vaktpost::platform
