// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/relp_session.h"

#include <utility>

#include "platform/base/journal.h"

namespace vaktpost::link {
namespace {

// librelp answers with the offers of both sides; this is all we ask for.
constexpr std::string_view offers =
    "relp_version=0\nrelp_software=vaktpost-link," VAKTPOST_VERSION "\ncommands=syslog";

Trouble misspoken(const std::string& what) {
    return {State::refused, Cause::protocol,
            "the receiver does not speak RELP as it must: " + what};
}

bool is_yes(std::string_view answer) {
    return answer.starts_with("200") &&
           (answer.size() == 3 || answer[3] == ' ' || answer[3] == '\n');
}

// Whether a line "commands=a,b,c" of the offers names `command`.
bool offers_command(std::string_view text, std::string_view command) {
    constexpr std::string_view key = "\ncommands=";
    const std::size_t begin = text.find(key);
    if (begin == std::string_view::npos) return false;
    text.remove_prefix(begin + key.size());
    text = text.substr(0, text.find('\n'));
    for (;;) {
        const std::size_t comma = text.find(',');
        if (text.substr(0, comma) == command) return true;
        if (comma == std::string_view::npos) return false;
        text.remove_prefix(comma + 1);
    }
}

// How many transactions lie between, from `first` on; they may have begun anew.
std::size_t distance(Transaction first, Transaction to) {
    return to >= first ? to - first : to + (last_transaction - first);
}

}  // namespace

Transaction RelpSession::begin() {
    return std::exchange(next_, next_transaction(next_));
}

void RelpSession::open(std::string& output) {
    opened_ = begin();
    output += relp_frame(opened_, "open", offers);
}

void RelpSession::send(std::string_view message, std::string& output) {
    const Transaction transaction = begin();
    if (in_flight_.empty()) first_ = transaction;
    in_flight_.push_back(false);
    output += relp_frame(transaction, "syslog", message);
}

void RelpSession::close(std::string& output) {
    closed_ = begin();
    phase_ = Phase::closing;
    output += relp_frame(closed_, "close", "");
}

Outcome RelpSession::received(std::string_view bytes) {
    reader_.push(bytes);
    for (;;) {
        const auto frame = reader_.next();
        if (!frame) return misspoken(frame.error().detail);
        if (!*frame) return {};
        if (auto trouble = take(**frame)) return trouble;
    }
}

Outcome RelpSession::take(const RelpFrame& frame) {
    if (frame.command == "rsp") return take_answer(frame);
    if (frame.transaction == 0 && frame.command == "serverclose")
        return Trouble{State::unreachable, Cause::broken, "the receiver ends the connection"};
    return misspoken("it sends the command " + platform::printable(frame.command));
}

Outcome RelpSession::take_answer(const RelpFrame& frame) {
    // librelp's answer to the last words has no code.
    if (phase_ == Phase::closing && frame.transaction == closed_) {
        phase_ = Phase::closed;
        return {};
    }
    if (!is_yes(frame.data))
        return Trouble{State::refused, Cause::refusal,
                       "the receiver says no: " + platform::printable(frame.data)};
    if (phase_ == Phase::opening && frame.transaction == opened_) return take_opened(frame);
    if (!mark_arrived(frame.transaction)) return misspoken("it acknowledges what it was not sent");
    return {};
}

Outcome RelpSession::take_opened(const RelpFrame& frame) {
    if (!offers_command(frame.data, "syslog")) return misspoken("it takes no messages");
    phase_ = Phase::ready;
    return {};
}

bool RelpSession::mark_arrived(Transaction transaction) {
    if (in_flight_.empty() || transaction == 0) return false;
    const std::size_t index = distance(first_, transaction);
    if (index >= in_flight_.size() || in_flight_[index]) return false;
    in_flight_[index] = true;
    return true;
}

std::size_t RelpSession::take_arrived() {
    std::size_t arrived = 0;
    for (; !in_flight_.empty() && in_flight_.front(); ++arrived) {
        in_flight_.pop_front();
        first_ = next_transaction(first_);
    }
    return arrived;
}

}  // namespace vaktpost::link
