// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "agent/core/result.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::events {

// Tells when the agent commits, without asking again and again: it opens and closes the file
// `epoch` beside the database after each commit, and inotify(7) tells.
class CommitWatch {
  public:
    static core::Result<CommitWatch> open(const std::filesystem::path& database);

    // Readable when there are notices.
    [[nodiscard]] int fd() const { return folder_.get(); }

    // Takes those that are there, without waiting. True: one of them is about the log, so there may
    // be new records, or another database.
    [[nodiscard]] bool take_notices();

  private:
    CommitWatch(platform::UniqueFd folder, std::string database)
        : folder_(std::move(folder)), database_(std::move(database)) {}

    platform::UniqueFd folder_;
    std::string database_;  // its file name
};

}  // namespace vaktpost::events
