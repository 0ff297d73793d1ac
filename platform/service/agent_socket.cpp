// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/service/agent_socket.h"

#include <jansson.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "platform/base/clock.h"
#include "platform/base/unique_fd.h"

namespace vaktpost::platform {

namespace {

// A status with every session and device; more is not the agent's.
constexpr std::size_t longest_answer = 1 << 20;

// Non-blocking: with a full queue, whoever should serve it hangs, and nobody answers.
UniqueFd connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return {};
    std::memcpy(address.sun_path, path.data(), path.size());
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd ||
        ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return {};
    return fd;
}

bool readable(int fd, core::Instant until) {
    const auto left = core::to_ms(until - now());
    pollfd wait{fd, POLLIN, 0};
    return left > 0 && ::poll(&wait, 1, static_cast<int>(left)) > 0;
}

std::optional<std::string> read_line(int fd, core::Instant until) {
    std::string text;
    char piece[4096];
    while (text.size() < longest_answer && readable(fd, until)) {
        const ssize_t got = ::recv(fd, piece, sizeof piece, 0);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got <= 0) break;
        text.append(piece, static_cast<std::size_t>(got));
        if (const auto end = text.find('\n'); end != std::string::npos) return text.substr(0, end);
    }
    return std::nullopt;
}

pid_t peer_of(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : -1;
}

}  // namespace

std::optional<AgentAnswer> parse_agent_answer(std::string_view line) {
    json_t* object = json_loadb(line.data(), line.size(), JSON_REJECT_DUPLICATES, nullptr);
    std::optional<AgentAnswer> answer;
    if (json_is_object(object))
        answer = AgentAnswer{json_is_true(json_object_get(object, "ok")),
                             json_is_true(json_object_get(object, "locked")), -1};
    json_decref(object);
    return answer;
}

std::optional<AgentAnswer> ask_agent(const std::string& socket, std::string_view line,
                                     core::Duration limit) {
    const auto until = now() + limit;
    const auto fd = connect_to(socket);
    const auto size = static_cast<ssize_t>(line.size());
    if (!fd || ::send(fd.get(), line.data(), line.size(), MSG_NOSIGNAL) != size)
        return std::nullopt;
    const auto reply = read_line(fd.get(), until);
    auto answer = reply ? parse_agent_answer(*reply) : std::nullopt;
    if (answer) answer->agent = peer_of(fd.get());
    return answer;
}

}  // namespace vaktpost::platform
