// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/http_proxy.h"

#include "platform/base/journal.h"

namespace vaktpost::link {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "HTTP/1.1 200 …" and its like; empty: it is something else.
std::string_view status_of(std::string_view head) {
    constexpr std::string_view version = "HTTP/1.";
    constexpr std::size_t at = version.size() + 2;
    if (!head.starts_with(version) || head.size() < at + 4 || !is_digit(head[at - 2]) ||
        head[at - 1] != ' ')
        return {};
    const std::string_view status = head.substr(at, 3);
    const char next = head[at + 3];
    for (const char c : status)
        if (!is_digit(c)) return {};
    return next == ' ' || next == '\r' || next == '\n' ? status : std::string_view();
}

}  // namespace

std::string connect_request(const config::Endpoint& to) {
    const std::string target = config::to_text(to);
    return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
}

bool ProxyAnswer::take(char byte) {
    head_ += byte;
    return head_.ends_with("\r\n\r\n") || head_.ends_with("\n\n") || head_.size() == longest;
}

Outcome ProxyAnswer::outcome() const {
    const std::string_view status = status_of(head_);
    if (status.empty() || head_.size() == longest)
        return Trouble{State::refused, Cause::proxy, "the proxy does not answer as one must"};
    if (status == "407")
        return Trouble{State::refused, Cause::proxy,
                       "the proxy asks for a password; it must let this machine pass without one"};
    if (status.front() != '2')
        return Trouble{State::refused, Cause::proxy,
                       "the proxy refuses: " + platform::printable(std::string_view(head_).substr(
                                                   0, head_.find_first_of("\r\n")))};
    return {};
}

}  // namespace vaktpost::link
