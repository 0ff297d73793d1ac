// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/tls_stream.h"

#include <linux/sockios.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "agent/core/result.h"
#include "platform/base/clock.h"
#include "platform/link/http_proxy.h"
#include "platform/link/tcp.h"
#include "platform/link/tls_trouble.h"

namespace vaktpost::link {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration patience = 15s;   // for each of: connecting, the proxy, the handshake
constexpr std::size_t piece_size = 16384;  // of TLS, RFC 8446, 5.1
constexpr std::size_t most_input = 65536;

// How long a receiver has to turn us down. RELP's first answer tells anyway.
core::Duration settling_time(config::Transport transport) {
    return transport == config::Transport::relp ? 250ms : 1s;
}

Trouble broken(const std::string& why) {
    return {State::unreachable, Cause::broken, why};
}

Trouble broken(int error) {
    return broken("the connection broke: " + core::system_error(error, {}).detail);
}

Trouble hung_up() {
    return broken("the receiver closed the connection");
}

// A socket to the proxy becomes one to the receiver.
Outcome pass_proxy(int fd, const config::Endpoint& to, core::Instant until) {
    const std::string request = connect_request(to);
    if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size()))
        return broken(errno);
    ProxyAnswer answer;
    for (;;) {
        char byte = 0;
        const ssize_t got = ::recv(fd, &byte, 1, 0);
        if (got == 1) {
            if (answer.take(byte)) return answer.outcome();
        } else if (got == 0) {
            return Trouble{State::refused, Cause::proxy, "the proxy hung up without an answer"};
        } else if (errno != EAGAIN && errno != EINTR) {
            return broken(errno);
        } else if (!wait_for(fd, POLLIN, until)) {
            return Trouble{State::unreachable, Cause::proxy, "the proxy does not answer"};
        }
    }
}

}  // namespace

Outcome TlsStream::open(const IdentityFiles& files, const std::optional<config::Endpoint>& proxy,
                        const config::Receiver& receiver) {
    if (auto trouble = load_identity(files, context_)) return trouble;
    host_ = receiver.at.host;
    if (auto trouble =
            connect_to(proxy ? *proxy : receiver.at, platform::now() + patience, socket_))
        return trouble;
    if (proxy)
        if (auto trouble = pass_proxy(fd(), receiver.at, platform::now() + patience))
            return trouble;
    if (auto trouble = shake_hands(receiver, platform::now() + patience)) return trouble;
    return settle(receiver);
}

Outcome TlsStream::shake_hands(const config::Receiver& receiver, core::Instant until) {
    ::ERR_clear_error();
    tls_.reset(::SSL_new(context_.get()));
    if (!tls_ || ::SSL_set_fd(tls_.get(), fd()) != 1 || !expect_host())
        return broken("cannot set up TLS: " + openssl_words());
    for (;;) {
        ::ERR_clear_error();
        const int result = ::SSL_connect(tls_.get());
        if (result == 1) return {};
        if (auto trouble = after(result)) return trouble;
        if (!wait_for(fd(), wants_write_ ? POLLOUT : POLLIN, until))
            return broken(config::to_text(receiver) + " does not answer in TLS");
    }
}

bool TlsStream::expect_host() {
    if (config::is_address(host_))
        return ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(tls_.get()), host_.c_str()) == 1;
    // The second is SSL_set_tlsext_host_name(), a macro.
    return ::SSL_set1_host(tls_.get(), host_.c_str()) == 1 &&
           ::SSL_ctrl(tls_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                      host_.data()) == 1;
}

// Under TLS 1.2 the handshake itself has told whether our certificate passes, unless the receiver
// looks at it later still, which rsyslog does.
Outcome TlsStream::settle(const config::Receiver& receiver) {
    const auto until = platform::now() + settling_time(receiver.transport);
    while (wait_for(fd(), POLLIN, until)) {
        char byte = 0;
        ::ERR_clear_error();
        const int result = ::SSL_peek(tls_.get(), &byte, 1);
        if (result == 1)
            return Trouble{State::refused, Cause::protocol,
                           "the receiver speaks before it is asked"};
        if (auto trouble = after(result)) {
            if (trouble->cause != Cause::broken) return trouble;
            return Trouble{State::refused, Cause::closed,
                           "the receiver hung up at once; perhaps it does not accept this "
                           "machine's certificate"};
        }
        // A session ticket: its TLS has accepted us.
        if (receiver.transport == config::Transport::relp) return {};
    }
    return {};
}

// What became of a call of OpenSSL's; nothing: it has to wait.
Outcome TlsStream::after(int result) {
    const int error = errno;
    wants_write_ = false;
    switch (::SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_WANT_WRITE:
            wants_write_ = true;
            return {};
        case SSL_ERROR_WANT_READ:
            return {};
        case SSL_ERROR_ZERO_RETURN:
            return hung_up();
        case SSL_ERROR_SYSCALL:
            return error == 0 ? hung_up() : broken(error);
        default:
            break;
    }
    if (const long code = ::SSL_get_verify_result(tls_.get()); code != X509_V_OK)
        return unverified(code, host_);
    const unsigned long reason = ::ERR_peek_error();
    if (ERR_GET_LIB(reason) == ERR_LIB_SSL && ERR_GET_REASON(reason) >= SSL_AD_REASON_OFFSET)
        return alerted(ERR_GET_REASON(reason) - SSL_AD_REASON_OFFSET);
    return Trouble{State::refused, Cause::protocol, "TLS fails: " + openssl_words()};
}

short TlsStream::events() const {
    return static_cast<short>(wants_write_ ? POLLIN | POLLOUT : POLLIN);
}

Outcome TlsStream::write(std::string& output) {
    while (!output.empty()) {
        ::ERR_clear_error();
        const int size = static_cast<int>(std::min(output.size(), piece_size));
        const int written = ::SSL_write(tls_.get(), output.data(), size);
        if (written <= 0) return after(written);
        output.erase(0, static_cast<std::size_t>(written));
    }
    wants_write_ = false;
    return {};
}

Outcome TlsStream::read(std::string& input) {
    std::array<char, piece_size> piece{};
    while (input.size() < most_input) {
        ::ERR_clear_error();
        const int got = ::SSL_read(tls_.get(), piece.data(), static_cast<int>(piece.size()));
        if (got <= 0) {
            const bool was_waiting_to_write = wants_write_;
            auto trouble = after(got);
            wants_write_ = wants_write_ || was_waiting_to_write;
            return trouble;
        }
        input.append(piece.data(), static_cast<std::size_t>(got));
    }
    return {};
}

bool TlsStream::has_more() const {
    return ::SSL_pending(tls_.get()) > 0;
}

Wire TlsStream::wire(std::size_t waiting) const {
    const std::uint64_t given = ::BIO_number_written(::SSL_get_wbio(tls_.get()));
    int unacknowledged = 0;
    if (::ioctl(fd(), SIOCOUTQ, &unacknowledged) != 0) return {waiting, given, 0};
    const auto open = static_cast<std::uint64_t>(std::max(unacknowledged, 0));
    return {waiting, given, open < given ? given - open : 0};
}

void TlsStream::close(core::Instant until) {
    ::ERR_clear_error();
    if (::SSL_shutdown(tls_.get()) < 0) return;
    ::shutdown(fd(), SHUT_WR);
    std::array<char, 512> rest{};
    while (wait_for(fd(), POLLIN, until))
        if (::recv(fd(), rest.data(), rest.size(), 0) <= 0) return;
}

}  // namespace vaktpost::link
