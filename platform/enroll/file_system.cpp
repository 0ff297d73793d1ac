// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/enroll/file_system.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace vaktpost::enroll {
namespace {

core::Status run(std::vector<std::string> words) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    char* environment[] = {path.data(), nullptr};
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = -1;
    const int error =
        ::posix_spawn(&child, arguments[0], &files, nullptr, arguments.data(), environment);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0) return core::system_error(error, "run " + words[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return core::Done{};
    return core::Error{EIO, "run " + words[0], "it failed"};
}

std::vector<std::string> programs_for(const std::string& type) {
    if (type == "none") return {};
    if (type == "ext4") return {"mkfs.ext4", "debugfs"};
    return {"mkfs." + type};
}

}  // namespace

core::Status can_make_file_system(const std::string& type, const std::filesystem::path& programs) {
    for (const auto& name : programs_for(type))
        if (::access((programs / name).c_str(), X_OK) != 0)
            return core::system_error(errno, "run " + (programs / name).string());
    return core::Done{};
}

core::Status make_file_system(const std::string& type, const std::string& node) {
    if (type == "vfat") return run({"/usr/sbin/mkfs.vfat", node});
    if (type == "exfat") return run({"/usr/sbin/mkfs.exfat", node});
    if (auto made = run({"/usr/sbin/mkfs.ext4", "-q", "-m", "0", node}); !made) return made;
    // Who owns a file means nothing on another machine: the root folder is everybody's.
    return run({"/usr/sbin/debugfs", "-w", "-R", "set_inode_field / mode 041777", node});
}

}  // namespace vaktpost::enroll
