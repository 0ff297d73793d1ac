// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>

#include "agent/ports/event_sink.h"
#include "agent/ports/media_register.h"
#include "platform/base/alive.h"
#include "platform/base/workers.h"

namespace vaktpost::media {

// The register on disk, written by a worker. What cannot be stored is not remembered, which a
// warning says: no medium is kept closed for it. Loop thread only.
class MediaRegister final : public ports::MediaRegister {
  public:
    MediaRegister(ports::EventSink sink, platform::Workers& workers, std::filesystem::path path)
        : sink_(std::move(sink)), workers_(workers), path_(std::move(path)) {}

    void remember(const core::RememberMedium& request) override;

    // Waits, at most so long, until all that was to be remembered is stored. False: it is not.
    bool finish(std::chrono::milliseconds longest);

  private:
    ports::EventSink sink_;
    platform::Workers& workers_;
    std::filesystem::path path_;
    platform::Alive alive_;
};

}  // namespace vaktpost::media
