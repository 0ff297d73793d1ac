// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/tcp.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <memory>

#include "agent/core/result.h"
#include "platform/base/clock.h"

namespace vaktpost::link {
namespace {

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

Trouble failed(const config::Endpoint& to, const std::string& why) {
    return {State::unreachable, Cause::connect, "cannot connect to " + to_text(to) + ": " + why};
}

std::string words_of(int error) {
    return core::system_error(error, {}).detail;
}

void set_option(int fd, int level, int name, int value) {
    (void)::setsockopt(fd, level, name, &value, sizeof value);  // goes on without
}

// 0, or the errno.
int connect_one(const addrinfo& address, core::Instant until, platform::UniqueFd& socket) {
    socket.reset(::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                          address.ai_protocol));
    if (!socket) return errno;
    set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (!wait_for(socket.get(), POLLOUT, until)) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

int wait_time(core::Instant until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - platform::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
}

bool wait_for(int fd, short events, core::Instant until) {
    for (;;) {
        pollfd watched{fd, events, 0};
        const int ready = ::poll(&watched, 1, wait_time(until));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

Outcome connect_to(const config::Endpoint& to, core::Instant until, platform::UniqueFd& socket) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const int code =
        ::getaddrinfo(to.host.c_str(), std::to_string(to.port).c_str(), &wanted, &list);
    const Addresses addresses(list, &::freeaddrinfo);
    if (code != 0)
        return Trouble{State::unreachable, Cause::name_lookup,
                       "cannot look up " + to.host + ": " + ::gai_strerror(code)};
    int error = 0;
    for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
        const core::Instant now = platform::now();
        // One address that does not answer leaves time for the next one.
        error =
            connect_one(*each, each->ai_next == nullptr ? until : now + (until - now) / 2, socket);
        if (error == 0) return {};
    }
    return failed(to, words_of(error));
}

}  // namespace vaktpost::link
