// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "agent/core/result.h"
#include "agent/events/commit_watch.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::cli {

// Waits for the agent to commit, or for somebody to end the waiting.
class LogWatch {
  public:
    enum class Woken {
        commit,  // there may be new records
        stop,    // SIGINT, SIGTERM, or the reader of standard output is gone
    };

    // SIGINT and SIGTERM no longer end the process from here on.
    static core::Result<LogWatch> open(const std::filesystem::path& database);

    Woken wait();

    // A signal to stop has come.
    [[nodiscard]] bool stopped() const;

  private:
    LogWatch(events::CommitWatch commits, platform::UniqueFd signals)
        : commits_(std::move(commits)), signals_(std::move(signals)) {}

    events::CommitWatch commits_;
    platform::UniqueFd signals_;
};

}  // namespace vaktpost::cli
