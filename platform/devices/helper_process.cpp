// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/devices/helper_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

// glibc 2.36 forgot to tell C++ that these are C.
extern "C" {
#include <sys/pidfd.h>
}

namespace vaktpost::platform {
namespace {

core::Result<pid_t> spawn(const std::filesystem::path& program, std::vector<std::string>& words,
                          int input, int output) {
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    if (input < 0)
        ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    else
        ::posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);

    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes, &signals);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);

    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const std::array<char*, 1> environment{nullptr};
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, program.c_str(), &files, &attributes, arguments.data(),
                                    environment.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0) return core::system_error(error, "start " + program.string());
    return pid;
}

}  // namespace

core::Result<UniqueFd> start_helper(const std::filesystem::path& program,
                                    std::vector<std::string> words, int input, int output) {
    const auto pid = spawn(program, words, input, output);
    if (!pid) return pid.error();
    UniqueFd process(::pidfd_open(*pid, 0));
    if (!process) {
        const int error = errno;
        ::kill(*pid, SIGKILL);  // reaped by nobody, which costs one entry of the process table
        return core::system_error(error, "pidfd_open");
    }
    return process;
}

std::optional<siginfo_t> reap_helper(int process) {
    siginfo_t info{};
    if (::waitid(P_PIDFD, static_cast<id_t>(process), &info, WEXITED | WNOHANG) != 0)
        return std::nullopt;
    return info;
}

void kill_helper(int process) {
    ::pidfd_send_signal(process, SIGKILL, nullptr, 0);
}

}  // namespace vaktpost::platform
