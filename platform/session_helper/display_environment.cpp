// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/display_environment.h"

#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace vaktpost::session_helper {

namespace {

constexpr std::string_view wayland_key = "WAYLAND_DISPLAY=";
constexpr std::string_view display_key = "DISPLAY=";
constexpr std::string_view xauthority_key = "XAUTHORITY=";

struct CloseDirectory {
    void operator()(DIR* directory) const { closedir(directory); }
};

const char* runtime_directory() {
    const char* directory = std::getenv("XDG_RUNTIME_DIR");
    return directory != nullptr ? directory : "";
}

// As libwayland finds it: an absolute path, or a name in XDG_RUNTIME_DIR.
bool socket_address(std::string_view name, sockaddr_un& address) {
    address = {};
    address.sun_family = AF_UNIX;
    const bool absolute = name.starts_with('/');
    const int length = std::snprintf(address.sun_path, sizeof address.sun_path, "%s%s%.*s",
                                     absolute ? "" : runtime_directory(), absolute ? "" : "/",
                                     static_cast<int>(name.size()), name.data());
    return !name.empty() && length > 0 &&
           static_cast<std::size_t>(length) < sizeof address.sun_path;
}

bool somebody_listens(std::string_view name) {
    sockaddr_un address;
    if (!socket_address(name, address)) return false;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    const int r = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const bool answered =
        r == 0 || errno == EAGAIN;  // EAGAIN: a busy compositor with a full backlog
    close(fd);
    return answered;
}

bool newer(const timespec& a, const timespec& b) {
    return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

Text<256> newest_wayland_socket() {
    Text<256> newest;
    timespec newest_time{};
    const std::unique_ptr<DIR, CloseDirectory> directory(opendir(runtime_directory()));
    while (directory != nullptr) {
        const dirent* entry = readdir(directory.get());
        if (entry == nullptr) break;
        struct stat info;
        const std::string_view name = entry->d_name;
        if (!name.starts_with("wayland-") ||
            fstatat(dirfd(directory.get()), entry->d_name, &info, 0) != 0)
            continue;
        if (!S_ISSOCK(info.st_mode) || !somebody_listens(name)) continue;
        if (!newest.empty() && !newer(info.st_mtim, newest_time)) continue;
        newest_time = info.st_mtim;
        newest.assign(name);
    }
    return newest;
}

std::string_view own(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? std::string_view(value) : std::string_view();
}

template <std::size_t size>
void set(Text<size>& variable, std::string_view key, std::string_view value) {
    char bytes[size];
    variable.clear();
    if (value.empty()) return;
    const int length = std::snprintf(bytes, size, "%.*s%.*s", static_cast<int>(key.size()),
                                     key.data(), static_cast<int>(value.size()), value.data());
    if (length > 0 && static_cast<std::size_t>(length) < size) variable.assign(bytes);
}

std::string_view first_of(std::string_view a, std::string_view b) {
    return a.empty() ? b : a;
}

}  // namespace

void DisplayEnvironment::forget_manager() {
    manager_wayland_.clear();
    manager_display_.clear();
    manager_xauthority_.clear();
}

void DisplayEnvironment::take_from_manager(std::string_view variable) {
    if (variable.starts_with(wayland_key))
        manager_wayland_.assign(tail(variable, wayland_key.size()));
    if (variable.starts_with(display_key))
        manager_display_.assign(tail(variable, display_key.size()));
    if (variable.starts_with(xauthority_key))
        manager_xauthority_.assign(tail(variable, xauthority_key.size()));
}

bool DisplayEnvironment::choose_wayland() {
    for (const auto candidate : {own("WAYLAND_DISPLAY"), manager_wayland_.view()}) {
        if (!somebody_listens(candidate)) continue;
        set(wayland_, wayland_key, candidate);
        return true;
    }
    const auto found = newest_wayland_socket();
    set(wayland_, wayland_key, found.view());
    return !found.empty();
}

bool DisplayEnvironment::choose(Screen screen) {
    set(display_, display_key, first_of(own("DISPLAY"), manager_display_.view()));
    set(xauthority_, xauthority_key, first_of(own("XAUTHORITY"), manager_xauthority_.view()));
    const bool found = screen == Screen::wayland ? choose_wayland() : !display_.empty();
    build(screen);
    return found;
}

void DisplayEnvironment::keep(const char* variable) {
    if (count_ < most_variables + 3) envp_[count_++] = const_cast<char*>(variable);
}

void DisplayEnvironment::build(Screen screen) {
    count_ = 0;
    for (char** entry = environ; *entry != nullptr && count_ < most_variables; ++entry) {
        const std::string_view variable = *entry;
        const bool ours = variable.starts_with(wayland_key) || variable.starts_with(display_key) ||
                          variable.starts_with(xauthority_key);
        if (!ours) keep(*entry);
    }
    // An X11 locker that knows toolkits for both must not end up on another Wayland screen.
    if (screen == Screen::wayland) keep(wayland_.c_str());
    if (!display_.empty()) keep(display_.c_str());
    if (!xauthority_.empty()) keep(xauthority_.c_str());
    envp_[count_] = nullptr;
}

}  // namespace vaktpost::session_helper
