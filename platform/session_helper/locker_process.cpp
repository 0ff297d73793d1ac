// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/locker_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace vaktpost::session_helper {

namespace {

// Reads a small file whole; empty when it cannot be read.
template <std::size_t size>
std::string_view read_small(const char* path, char (&bytes)[size]) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return {};
    const ssize_t length = read(fd, bytes, size - 1);
    close(fd);
    if (length <= 0) return {};
    bytes[length] = '\0';
    return {bytes, static_cast<std::size_t>(length)};
}

bool is_named(pid_t pid, const char* program) {
    char path[64];
    char bytes[64];
    std::snprintf(path, sizeof path, "/proc/%d/comm", pid);
    auto name = read_small(path, bytes);
    if (name.ends_with('\n')) name.remove_suffix(1);
    const char* slash = std::strrchr(program, '/');
    // The kernel keeps 15 bytes of the name.
    return name == head(slash != nullptr ? slash + 1 : program, 15);
}

bool is_executable(const char* path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

bool contains(const pid_t* list, pid_t pid) {
    for (; *list != 0; ++list)
        if (*list == pid) return true;
    return false;
}

// aa_change_profile(2), which is a write to a file: not worth a library.
void bear_name_of_lockers() {
    constexpr std::string_view change = "changeprofile vaktpost-locker";
    const int fd = open("/proc/self/attr/current", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    static_cast<void>(!write(fd, change.data(), change.size()));
    close(fd);
}

using Path = Text<256>;

Path state_path(std::string_view session) {
    Path path;
    char bytes[256];
    const char* directory = std::getenv("XDG_RUNTIME_DIR");
    if (directory == nullptr) return path;
    const int length = std::snprintf(bytes, sizeof bytes, "%s/vaktpost/locker-%.*s", directory,
                                     static_cast<int>(session.size()), session.data());
    if (length > 0 && static_cast<std::size_t>(length) < sizeof bytes) path.assign(bytes);
    return path;
}

void make_parent(const Path& path) {
    Path parent;
    parent.assign(head(path.view(), path.view().rfind('/')));
    mkdir(parent.c_str(), 0700);
}

}  // namespace

// Field 22 of /proc/PID/stat, proc(5).
std::uint64_t start_time(pid_t pid) {
    char path[64];
    char bytes[1024];
    std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
    const auto stat = read_small(path, bytes);
    const auto name_end = stat.rfind(')');  // the name before it may hold anything
    if (name_end == std::string_view::npos) return 0;
    char state = 0;
    std::uint64_t time = 0;
    const int fields =
        std::sscanf(stat.data() + name_end + 1,
                    " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d"
                    " %" SCNu64,
                    &state, &time);
    return fields == 2 && state != 'Z' ? time : 0;
}

pid_t start_program(const Arguments& arguments, char* const* environment, Group group) {
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t defaults;
    sigemptyset(&none);
    sigfillset(&defaults);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);  // ours is blocked for the event loop
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    const int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                      (group == Group::own ? POSIX_SPAWN_SETPGROUP : 0);
    posix_spawnattr_setflags(&attributes, static_cast<short>(flags));
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, arguments.program(), nullptr, &attributes,
                                   arguments.argv(), environment);
    posix_spawnattr_destroy(&attributes);
    return error == 0 ? pid : -error;
}

void take_off(const Cover& cover) {
    const pid_t sender = fork();
    if (sender == 0) {
        for (const pid_t pid : cover) {
            if (kill(pid, SIGUSR1) == 0 || errno == ESRCH) continue;
            bear_name_of_lockers();
            kill(pid, SIGUSR1);
        }
        _exit(0);
    }
    // Here and now: what is left for the event loop would be taken for a locker.
    if (sender > 0) waitpid(sender, nullptr, 0);
}

bool is_installed(const char* program) {
    if (std::strchr(program, '/') != nullptr) return is_executable(program);
    const char* path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "";
    while (!rest.empty()) {
        const auto directory = head(rest, rest.find(':'));
        rest = tail(rest, directory.size() + 1);
        char candidate[512];
        const int length =
            std::snprintf(candidate, sizeof candidate, "%.*s/%s",
                          static_cast<int>(directory.size()), directory.data(), program);
        if (length > 0 && static_cast<std::size_t>(length) < sizeof candidate &&
            is_executable(candidate))
            return true;
    }
    return false;
}

void find_left_behind(const char* program, std::uint64_t since, const pid_t* known, Cover& into) {
    char path[64];
    char bytes[4096] = {};
    std::snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    read_small(path, bytes);
    pid_t other = 0;
    for (const char* at = bytes; *at != '\0';) {
        char* end = nullptr;
        const auto child = static_cast<pid_t>(std::strtol(at, &end, 10));
        if (end == at) break;
        at = end;
        while (*at == ' ') ++at;
        if (contains(known, child) || start_time(child) < since) continue;
        if (is_named(child, program))
            into.add(child);
        else
            other = child;
    }
    if (into.empty() && other != 0) into.add(other);
}

bool remember_locker(std::string_view session, const Cover& cover) {
    const auto path = state_path(session);
    if (path.empty()) return false;
    make_parent(path);
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return false;
    int written = 1;
    for (const pid_t pid : cover)
        written = std::min(written, dprintf(fd, "%d %" PRIu64 "\n", pid, start_time(pid)));
    close(fd);
    return written > 0;
}

void forget_locker(std::string_view session) {
    unlink(state_path(session).c_str());
}

void remembered_locker(std::string_view session, Cover& into) {
    char bytes[256];
    auto rest = read_small(state_path(session).c_str(), bytes);
    while (!rest.empty()) {
        pid_t pid = 0;
        std::uint64_t time = 0;
        const bool read = std::sscanf(rest.data(), "%d %" SCNu64, &pid, &time) == 2;
        if (!read || pid <= 0 || time == 0 || start_time(pid) != time) return into.clear();
        into.add(pid);
        rest = tail(rest, rest.find('\n') == rest.npos ? rest.size() : rest.find('\n') + 1);
    }
}

}  // namespace vaktpost::session_helper
