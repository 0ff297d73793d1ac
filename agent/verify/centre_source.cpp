// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include "agent/verify/copy_text.h"
#include "agent/verify/line_reader.h"
#include "agent/verify/sources.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::verify {
namespace {

constexpr const char* query =
    "COPY (SELECT line FROM vaktpost.evidence ORDER BY host, epoch, seq) TO STDOUT";

// psql with its standard output in a pipe; whoever has one ends it with finish().
struct Child {
    pid_t pid = -1;
    platform::UniqueFd output;
};

class SpawnPlan {
  public:
    explicit SpawnPlan(int output) {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
        // The command line ignores it; psql is to end when nobody reads on.
        sigset_t pipe;
        ::sigemptyset(&pipe);
        ::sigaddset(&pipe, SIGPIPE);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setsigdefault(&attributes_, &pipe);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    // An errno value, or 0.
    int start(pid_t& pid, std::vector<std::string> words) {
        std::vector<char*> arguments;
        arguments.reserve(words.size() + 1);
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        return ::posix_spawnp(&pid, arguments[0], &files_, &attributes_, arguments.data(), environ);
    }

  private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

core::Result<Child> start_psql(const std::string& centre) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return core::system_error(errno, "run psql");
    Child child;
    child.output.reset(ends[0]);
    const platform::UniqueFd input(ends[1]);
    const int error = SpawnPlan(input.get())
                          .start(child.pid, {"psql", "--no-psqlrc", "-X", "-q", "-v",
                                             "ON_ERROR_STOP=1", "--dbname=" + centre, "-c", query});
    if (error == ENOENT)
        return core::Error{ENOENT, "run psql", "not found; it is in the package postgresql-client"};
    if (error != 0) return core::system_error(error, "run psql");
    return child;
}

core::Status finish(Child child) {
    child.output.reset();
    int status = 0;
    while (::waitpid(child.pid, &status, 0) < 0)
        if (errno != EINTR) return core::system_error(errno, "wait for psql");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return core::Done{};
    if (WIFEXITED(status))
        return core::Error{0, "read the centre",
                           "psql ended with status " + std::to_string(WEXITSTATUS(status))};
    return core::Error{0, "read the centre", "psql was ended by a signal"};
}

}  // namespace

bool is_centre(const std::string& name) {
    return name.starts_with("postgresql://") || name.starts_with("postgres://") ||
           name.starts_with("service=");
}

core::Status read_centre(Source& source, Collector& collector, const ProgressSink& progress) {
    auto child = start_psql(source.name);
    if (!child) return child.error();
    LineReader lines(child->output.get());
    std::string room;
    while (const auto line = lines.next()) {
        collector.line(source, without_copy_escapes(*line, room));
        progress({source.records, lines.bytes(), 0});
    }
    const int error = lines.error();
    if (auto done = finish(std::move(*child)); !done) return done;
    if (error != 0) return core::system_error(error, "read the centre");
    return core::Done{};
}

}  // namespace vaktpost::verify
