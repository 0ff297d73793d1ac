// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "agent/core/result.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::cli {

// Waits for the agent to commit, without asking again and again: the agent opens and closes the
// file `epoch` beside the database after each commit, and inotify(7) tells.
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
    LogWatch(platform::UniqueFd folder, platform::UniqueFd signals, std::string database)
        : folder_(std::move(folder)),
          signals_(std::move(signals)),
          database_(std::move(database)) {}
    [[nodiscard]] bool take_notices();

    platform::UniqueFd folder_;
    platform::UniqueFd signals_;
    std::string database_;  // its file name
};

}  // namespace vaktpost::cli
