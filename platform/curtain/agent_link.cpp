// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/agent_link.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "platform/curtain/protocol.h"

namespace vaktpost::curtain {
namespace {

// Microseconds.
constexpr std::uint64_t first_delay = 250'000;
constexpr std::uint64_t longest_delay = 5'000'000;

constexpr std::size_t longest_answer = 4096;

}  // namespace

AgentLink::AgentLink(sd_event* loop, std::string session, std::string socket)
    : loop_(loop), session_(std::move(session)), path_(std::move(socket)), delay_(first_delay) {}

AgentLink::~AgentLink() {
    sd_event_source_disable_unref(readable_);
    sd_event_source_disable_unref(retry_);
}

bool AgentLink::open() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) return false;
    path_.copy(address.sun_path, path_.size());
    socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    return socket_ &&
           ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
               0 &&
           sd_event_add_io(loop_, &readable_, socket_.get(), EPOLLIN, on_readable, this) >= 0;
}

void AgentLink::connect() {
    if (!open()) return lose();
    send(register_line(session_));
    if (covered_) send(locked_line(session_));
}

void AgentLink::lose() {
    readable_ = sd_event_source_disable_unref(readable_);
    socket_.reset();
    received_.clear();
    unanswered_ = 0;
    retry_ = sd_event_source_disable_unref(retry_);
    sd_event_add_time_relative(loop_, &retry_, CLOCK_BOOTTIME, delay_, 0, on_time, this);
    delay_ = std::min(delay_ * 2, longest_delay);
}

int AgentLink::on_time(sd_event_source*, std::uint64_t, void* context) {
    static_cast<AgentLink*>(context)->connect();
    return 0;
}

void AgentLink::send(const std::string& line) {
    if (!socket_) return;
    const ssize_t sent = ::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(line.size())) return lose();
    ++unanswered_;
}

int AgentLink::on_readable(sd_event_source*, int, std::uint32_t, void* context) {
    auto& self = *static_cast<AgentLink*>(context);
    if (!self.receive()) self.lose();
    return 0;
}

bool AgentLink::receive() {
    char bytes[1024];
    const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
    received_.append(bytes, static_cast<std::size_t>(got));
    for (auto end = received_.find('\n'); end != std::string::npos; end = received_.find('\n')) {
        if (!take(std::string_view(received_).substr(0, end))) return false;
        received_.erase(0, end + 1);
    }
    return received_.size() < longest_answer;
}

// A refusal: it may have been started just now and not know the session yet.
bool AgentLink::take(std::string_view line) {
    if (line != accepted) return false;
    if (unanswered_ > 0 && --unanswered_ == 0) delay_ = first_delay;
    return true;
}

void AgentLink::covered() {
    covered_ = true;
    send(locked_line(session_));
}

void AgentLink::next_person() {
    send(next_person_line(session_));
}

void AgentLink::uncovered() {
    covered_ = false;
    send(unlocked_line(session_));
}

}  // namespace vaktpost::curtain
