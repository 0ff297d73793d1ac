// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/core/actions.h"
#include "agent/ports/event_sink.h"
#include "platform/mounts/guard_maps.h"
#include "platform/mounts/refusal_ring.h"

namespace vaktpost::platform {

// The agent's side of the kernel's mount guard: grants what core admitted, and reports what was
// refused. It is the source Source::mounts: lost where the kernel refuses nothing. Loop thread
// only; nothing here waits.
class MountGuard {
  public:
    MountGuard(boost::asio::io_context& io, ports::EventSink sink,
               std::filesystem::path sys = "/sys", std::filesystem::path pins = GuardMaps::folder);
    ~MountGuard();

    // Whether it is (still, again) in force: at start, and now and then.
    void check();

    // As core admitted or closed it; none: closed, or gone.
    void admitted(const core::MediumId& medium, std::optional<core::Admission> admission);

  private:
    struct Reader;

    core::Status open();
    void lose(const std::string& cause);
    void grant(const core::MediumId& medium, core::Admission admission);
    void wait();
    void report(const vaktpost_refusal& refusal);

    boost::asio::io_context& io_;
    ports::EventSink sink_;
    std::filesystem::path sys_;
    std::filesystem::path pins_;
    std::optional<GuardMaps> maps_;
    std::shared_ptr<Reader> reader_;
    bool told_lost_ = false;
    std::map<core::MediumId, core::Admission> admitted_;
};

}  // namespace vaktpost::platform
