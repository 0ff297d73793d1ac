// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/syslog_session.h"

#include <utility>

namespace vaktpost::link {

void SyslogSession::send(std::string_view message, std::string& output) {
    const std::size_t before = output.size();
    output.append(std::to_string(message.size())).append(" ").append(message);
    plain_ += output.size() - before;
    in_flight_.push_back({plain_, 0});
}

void SyslogSession::moved(const Wire& wire) {
    const std::uint64_t given = plain_ - wire.waiting;
    for (Sent& sent : in_flight_)
        if (sent.encrypted_end == 0 && sent.plain_end <= given) sent.encrypted_end = wire.given;
    while (!in_flight_.empty() && in_flight_.front().encrypted_end != 0 &&
           in_flight_.front().encrypted_end <= wire.acknowledged) {
        in_flight_.pop_front();
        ++arrived_;
    }
}

std::size_t SyslogSession::take_arrived() {
    return std::exchange(arrived_, 0);
}

}  // namespace vaktpost::link
