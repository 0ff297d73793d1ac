// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/core/medium.h"
#include "agent/core/result.h"
#include "agent/core/time.h"
#include "platform/devices/examiner_report.h"

namespace vaktpost::platform {

// One run of vaktpost-examine: own process, nothing on standard input, its report on a pipe, an
// empty environment and no other descriptor of ours. The child opens the medium itself, so a dying
// one hangs the child alone. Needs SIGCHLD at its default, and nobody else who waits for any child.
// Loop thread only.
class ExaminerProcess : public std::enable_shared_from_this<ExaminerProcess> {
  public:
    using Done = std::function<void(core::Examination)>;

    struct Request {
        std::filesystem::path program;
        std::string node;               // "/dev/sdb"
        std::chrono::seconds deadline;  // the child's own
        // Makes the tags of what identifies the medium; null: that is not asked for.
        TagVolume tag;
        std::vector<std::string> trusted_keys;  // of tokens: 64 hex digits each
        core::Duration grace;                   // for a child that overslept it: then it is killed
    };

    // `done` is called once from the loop unless the process is abandoned. A child that even
    // SIGKILL does not end (it waits for its device in the kernel) is reported as an error all the
    // same, left behind, and reaped when it ends.
    static core::Result<std::shared_ptr<ExaminerProcess>> start(boost::asio::io_context& io,
                                                                const Request& request, Done done);

    // Kills it; nothing will be reported.
    void abandon();

    ~ExaminerProcess();

  private:
    struct Parts;
    explicit ExaminerProcess(std::unique_ptr<Parts> parts);
    void watch(core::Instant last_moment);
    void ended();
    void overdue();
    void kill();
    std::string output();
    void report(core::Examination examination);

    std::unique_ptr<Parts> parts_;
};

}  // namespace vaktpost::platform
