// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/cli/control_client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <utility>

#include "platform/base/unique_fd.h"

namespace vaktpost::cli {
namespace {

constexpr std::size_t longest_answer = 1 << 20;
constexpr timeval patience{5, 0};

core::Error failed(const std::string& path) {
    return core::system_error(errno == EAGAIN ? ETIMEDOUT : errno, "ask the agent at " + path);
}

core::Result<platform::UniqueFd> connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return core::system_error(ENAMETOOLONG, "ask the agent at " + path);
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    platform::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) return failed(path);
    for (const int direction : {SO_RCVTIMEO, SO_SNDTIMEO})
        if (::setsockopt(fd.get(), SOL_SOCKET, direction, &patience, sizeof patience) != 0)
            return failed(path);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return failed(path);
    return fd;
}

}  // namespace

core::Result<std::string> ask_agent(const std::string& socket_path, const std::string& line) {
    auto fd = connect_to(socket_path);
    if (!fd) return fd.error();
    const std::string request = line + '\n';
    if (::send(fd->get(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
        return failed(socket_path);
    std::string answer;
    std::array<char, 4096> piece{};
    while (answer.find('\n') == std::string::npos) {
        const ssize_t got = ::recv(fd->get(), piece.data(), piece.size(), 0);
        if (got < 0) return failed(socket_path);
        answer.append(piece.data(), static_cast<std::size_t>(got));
        if (got == 0 || answer.size() > longest_answer)
            return core::Error{EPROTO, "ask the agent at " + socket_path, "no answer"};
    }
    return answer.substr(0, answer.find('\n'));
}

core::Result<boost::json::object> ask_agent_object(const std::string& socket_path,
                                                   const std::string& line) {
    const auto answer = ask_agent(socket_path, line);
    if (!answer) return answer.error();
    boost::system::error_code error;
    boost::json::value value = boost::json::parse(*answer, error);
    if (error || !value.is_object())
        return core::Error{EPROTO, "ask the agent at " + socket_path,
                           "its answer is not understood"};
    return std::move(value.get_object());
}

bool no_agent(const core::Error& error) {
    return error.code == ENOENT || error.code == ECONNREFUSED;
}

}  // namespace vaktpost::cli
