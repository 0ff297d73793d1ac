// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/session_helper/control_link.h"

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/session_helper/journal.h"

namespace vaktpost::session_helper {

namespace {

// Milliseconds.
constexpr std::uint64_t first_delay = 250;
constexpr std::uint64_t longest_delay = 30'000;

std::uint64_t longer(std::uint64_t delay) {
    return delay == 0 ? first_delay : std::min(delay * 2, longest_delay);
}

}  // namespace

void ControlLink::start(std::string_view session, const Handlers& handlers) {
    session_.assign(session);
    handlers_ = handlers;
    connect();
}

void ControlLink::stop() {
    close_socket();
    directory_ = sd_event_source_disable_unref(directory_);
    retry_.stop();
    retry_delay_ = 0;
    repeat_delay_ = 0;
}

bool ControlLink::open() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string_view path = path_;
    if (path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.data(), path.size());
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return false;
    return ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
           sd_event_add_io(loop_, &readable_, fd_, EPOLLIN, on_readable, this) >= 0;
}

void ControlLink::connect() {
    if (!open()) return lose();
    directory_ = sd_event_source_disable_unref(directory_);
    retry_.stop();
    write(session_line(session_.view()));
}

void ControlLink::close_socket() {
    readable_ = sd_event_source_disable_unref(readable_);
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
    registered_ = false;
    filled_ = 0;
    repeat_.stop();
}

void ControlLink::lose() {
    close_socket();
    if (directory_ == nullptr) watch_directory();
    retry_delay_ = longer(retry_delay_);
    retry_.start(loop_, retry_delay_, on_retry, this);
}

void ControlLink::renew() {
    if (fd_ < 0) return;
    retry_delay_ = 0;
    lose();
    retry_.start(loop_, 0, on_retry, this);
}

void ControlLink::watch_directory() {
    Text<sizeof(sockaddr_un::sun_path)> directory;
    const std::string_view path = path_;
    if (!directory.assign(head(path, std::max<std::size_t>(path.rfind('/'), 1)))) return;
    // Without the directory the timer alone has to do.
    sd_event_add_inotify(loop_, &directory_, directory.c_str(), IN_CREATE | IN_MOVED_TO | IN_ATTRIB,
                         on_directory, this);
}

int ControlLink::on_directory(sd_event_source*, const inotify_event* event, void* context) {
    auto& self = *static_cast<ControlLink*>(context);
    const bool directory_gone = (event->mask & IN_IGNORED) != 0;
    if (directory_gone) self.directory_ = sd_event_source_disable_unref(self.directory_);
    self.retry_delay_ = 0;
    // Not at once: the agent binds its socket before it listens.
    if (self.fd_ < 0) self.retry_.start(self.loop_, 20, on_retry, &self);
    return 0;
}

void ControlLink::on_retry(void* context) {
    static_cast<ControlLink*>(context)->connect();
}

void ControlLink::on_repeat(void* context) {
    auto& self = *static_cast<ControlLink*>(context);
    self.write(session_line(self.session_.view()));
}

void ControlLink::send(const Line& line) {
    if (registered_) write(line);
}

void ControlLink::write(const Line& line) {
    if (fd_ < 0) return;
    const auto bytes = line.view();
    // An agent that does not read us for so long that the socket is full is as good as none.
    if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
        lose();
}

int ControlLink::on_readable(sd_event_source*, int, unsigned, void* context) {
    auto& self = *static_cast<ControlLink*>(context);
    if (!self.receive()) self.lose();
    return 0;
}

bool ControlLink::receive() {
    const ssize_t bytes = read(fd_, buffer_ + filled_, line_limit - filled_);
    if (bytes <= 0) return bytes < 0 && (errno == EAGAIN || errno == EINTR);
    filled_ += static_cast<std::size_t>(bytes);
    std::string_view rest(buffer_, filled_);
    for (auto end = rest.find('\n'); end != std::string_view::npos && fd_ >= 0;
         end = rest.find('\n')) {
        take(head(rest, end));
        rest.remove_prefix(end + 1);
    }
    if (fd_ < 0) return true;  // a handler's send found it broken
    std::memmove(buffer_, rest.data(), rest.size());
    filled_ = rest.size();
    return filled_ < line_limit;  // a longer line is none of the agent's
}

void ControlLink::take(std::string_view line) {
    AgentLine read;
    const auto kind = read_line(line, lockers_, read);
    switch (kind) {
        case LineKind::registered:
            registered_ = true;
            retry_delay_ = 0;
            repeat_delay_ = 0;
            return handlers_.registered(handlers_.context);
        case LineKind::accepted:
            return;
        case LineKind::refused:
            return refused();
        case LineKind::notice:
        case LineKind::lock:
        case LineKind::stand_down:
        case LineKind::sign_out:
            return handlers_.said(handlers_.context, kind, read);
        case LineKind::unknown:
            return warn("control socket", "line not understood");
    }
}

void ControlLink::refused() {
    if (registered_) return warn("control socket", "the agent did not take what it was told");
    repeat_delay_ = longer(repeat_delay_);
    repeat_.start(loop_, repeat_delay_, on_repeat, this);
}

}  // namespace vaktpost::session_helper
