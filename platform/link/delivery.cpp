// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/delivery.h"

#include <poll.h>

#include <algorithm>
#include <array>

#include "platform/base/clock.h"
#include "platform/link/syslog_message.h"
#include "platform/link/tcp.h"

namespace vaktpost::link {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t window = 128;  // messages in flight, as librelp's
constexpr std::size_t most_output = 65536;
constexpr core::Duration wire_look = 5ms;  // the kernel does not say when bytes were acknowledged
constexpr core::Duration goodbye = 2s;

}  // namespace

Delivery::Delivery(const config::Receiver& receiver, TlsStream& stream, Spool& spool,
                   AgentReports& reports, events::CommitWatch& commits, Limits limits)
    : receiver_(receiver),
      stream_(stream),
      spool_(spool),
      reports_(reports),
      commits_(commits),
      limits_(limits),
      session_(make_session(receiver.transport)),
      heard_(platform::now()),
      busy_(heard_) {}

Outcome Delivery::run() {
    session_->open(output_);
    for (;;) {
        if (auto trouble = step()) return closer(std::move(*trouble));
        if (platform::now() >= busy_ + limits_.linger) break;
        wait();
        if (commits_.take_notices()) spool_.look_again();
    }
    say_goodbye();
    return {};
}

Outcome Delivery::step() {
    fill();
    if (auto trouble = exchange()) return trouble;
    reports_.flush();
    const core::Instant now = platform::now();
    if (waits_for_receiver() && now >= heard_ + limits_.patience)
        return Trouble{State::unreachable, Cause::silent, "the receiver acknowledges nothing"};
    if (waits_for_receiver() || can_send()) busy_ = now;
    return {};
}

bool Delivery::waits_for_receiver() const {
    return !session_->ready() || !in_flight_.empty();
}

bool Delivery::can_send() const {
    return session_->ready() && in_flight_.size() < window && output_.size() < most_output &&
           spool_.next() != nullptr;
}

void Delivery::fill() {
    while (can_send()) {
        if (in_flight_.empty()) heard_ = platform::now();
        const Spool::Record& record = *spool_.next();
        session_->send(syslog_message(record.text), output_);
        in_flight_.push_back(record.position);
        spool_.advance();
    }
}

Outcome Delivery::exchange() {
    std::string input;
    auto lost = stream_.read(input);
    // What it said before it went, or before it made a mistake, still counts.
    auto mistake = session_->received(input);
    take_arrived();
    if (mistake) return mistake;
    if (lost) return lost;
    if (session_->ready() && !ready_) {
        ready_ = true;
        reports_.connected(receiver_);
    }
    if (auto trouble = stream_.write(output_)) return trouble;
    if (session_->watches_wire()) session_->moved(stream_.wire(output_.size()));
    take_arrived();
    return {};
}

void Delivery::take_arrived() {
    const std::size_t arrived = session_->take_arrived();
    if (arrived == 0) return;
    const events::Position newest = in_flight_[arrived - 1];
    in_flight_.erase(in_flight_.begin(), in_flight_.begin() + static_cast<std::ptrdiff_t>(arrived));
    spool_.acknowledge(newest);
    reports_.acknowledged(newest);
    heard_ = platform::now();
    progress_ = true;
}

core::Instant Delivery::next_deadline() const {
    if (can_send() || stream_.has_more()) return platform::now();
    core::Instant next = waits_for_receiver() ? heard_ + limits_.patience : busy_ + limits_.linger;
    if (session_->watches_wire() && !in_flight_.empty())
        next = std::min(next, platform::now() + wire_look);
    if (const auto due = reports_.due()) next = std::min(next, *due);
    return next;
}

void Delivery::wait() const {
    std::array<pollfd, 2> watched{
        {{stream_.fd(), stream_.events(), 0}, {commits_.fd(), POLLIN, 0}}};
    (void)::poll(watched.data(), watched.size(), wait_time(next_deadline()));
}

// A receiver that hangs up before its first word may do so because of our certificate; it need not
// say so.
Trouble Delivery::closer(Trouble trouble) const {
    if (trouble.cause == Cause::broken && !session_->ready())
        return {State::refused, Cause::closed,
                "the receiver hung up before it took anything; perhaps it does not accept this "
                "machine's certificate"};
    return trouble;
}

void Delivery::say_goodbye() {
    reports_.flush_all();
    const core::Instant until = platform::now() + goodbye;
    session_->close(output_);
    while (!session_->closed() || !output_.empty()) {
        if (exchange() || platform::now() >= until) return;
        if (session_->closed() && output_.empty()) break;
        const short output = output_.empty() ? short{0} : short{POLLOUT};
        wait_for(stream_.fd(), static_cast<short>(POLLIN | output), until);
    }
    stream_.close(until);
}

}  // namespace vaktpost::link
