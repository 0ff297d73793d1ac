// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/network/netlink_socket.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <utility>

namespace vaktpost::platform {
namespace {

// The kernel fills up to 32 KiB at a time when it answers. A notification that is longer than a
// page says no more than that something changed.
constexpr std::size_t answer_bytes = 32768;
constexpr std::size_t notification_bytes = 4096;
constexpr timeval patience{10, 0};

core::Error failed(const char* operation) {
    return core::system_error(errno, operation);
}

}  // namespace

NetlinkSocket::NetlinkSocket(UniqueFd fd) : fd_(std::move(fd)) {}

core::Result<NetlinkSocket> NetlinkSocket::open(int protocol, Mode mode) {
    const bool waiting = mode == Mode::waiting;
    NetlinkSocket opened(UniqueFd(
        ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | (waiting ? 0 : SOCK_NONBLOCK), protocol)));
    if (opened.get() < 0) return failed("open a netlink socket");
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bind(2)
    if (::bind(opened.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        return failed("bind a netlink socket");
    if (waiting) ::setsockopt(opened.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    opened.buffer_.resize(waiting ? answer_bytes : notification_bytes);
    return opened;
}

core::Status NetlinkSocket::join(unsigned group) {
    if (::setsockopt(fd_.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
        return failed("join a netlink group");
    return core::Done{};
}

core::Result<DumpProgress> NetlinkSocket::ask(std::uint16_t type, std::uint16_t flags,
                                              NetlinkBytes body, const Handler& handle) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + body.size());
    header.nlmsg_type = type;
    // Without a table there is no last message; the acknowledgement takes its place.
    header.nlmsg_flags =
        static_cast<std::uint16_t>(NLM_F_REQUEST | (flags == 0 ? NLM_F_ACK : flags));
    header.nlmsg_seq = ++sequence_;
    std::vector<std::uint8_t> request(sizeof header);
    std::memcpy(request.data(), &header, sizeof header);
    request.insert(request.end(), body.begin(), body.end());
    if (::send(fd_.get(), request.data(), request.size(), 0) < 0) return failed("ask the kernel");

    DumpProgress progress;
    while (!progress.done) {
        const auto bytes = receive();
        if (!bytes) return bytes.error();
        each_answer(*bytes, sequence_, progress, handle);
    }
    return progress;
}

core::Result<NetlinkBytes> NetlinkSocket::receive() {
    sockaddr_nl from{};
    iovec part{buffer_.data(), buffer_.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    ssize_t length = 0;
    do length = ::recvmsg(fd_.get(), &message, 0);
    while (length < 0 && errno == EINTR);
    if (length < 0) return failed("listen to the kernel");
    if (from.nl_pid != 0) return NetlinkBytes{};
    if ((message.msg_flags & MSG_TRUNC) != 0)
        return core::system_error(EMSGSIZE, "listen to the kernel");
    return NetlinkBytes(buffer_.data(), static_cast<std::size_t>(length));
}

}  // namespace vaktpost::platform
