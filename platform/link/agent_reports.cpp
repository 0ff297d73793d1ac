// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/link/agent_reports.h"

#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "platform/service/agent_socket.h"

namespace vaktpost::link {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration interval = 200ms;
constexpr core::Duration without_agent = 5s;
constexpr core::Duration answer_limit = 1s;

std::string line_of(events::Position position) {
    return R"({"op":"acknowledged","epoch":)" + std::to_string(position.epoch) + R"(,"seq":)" +
           std::to_string(position.seq) + "}\n";
}

// A receiver's text is made of what host names are made of, and needs no escapes.
std::string line_of(State state, std::optional<Cause> cause, const config::Receiver& receiver) {
    std::string line = R"({"op":"link","state":")" + std::string(core::to_string(state)) +
                       R"(","receiver":")" + config::to_text(receiver) + '"';
    if (cause) line += R"(,"cause":")" + std::string(core::to_string(*cause)) + '"';
    return line + "}\n";
}

}  // namespace

void AgentReports::connecting(const config::Receiver& receiver) {
    if (!troubled_) way_ = line_of(State::connecting, {}, receiver);
}

void AgentReports::connected(const config::Receiver& receiver) {
    troubled_ = false;
    way_ = line_of(State::connected, {}, receiver);
    note(receiver, "connected");
}

void AgentReports::troubled(const config::Receiver& receiver, const Trouble& trouble) {
    troubled_ = true;
    way_ = line_of(trouble.state, trouble.cause, receiver);
    note(receiver, trouble.text);
}

void AgentReports::note(const config::Receiver& receiver, const std::string& words) {
    const std::string name = config::to_text(receiver);
    std::string& last = journal_[name];
    if (last == words) return;
    last = words;
    (troubled_ ? platform::warn : platform::info)(name + ": " + words);
}

bool AgentReports::all_told() const {
    return acknowledged_ == told_acknowledged_ && way_ == told_way_;
}

std::optional<core::Instant> AgentReports::due() const {
    if (all_told()) return std::nullopt;
    return next_;
}

void AgentReports::flush() {
    if (!all_told() && platform::now() >= next_) flush_all();
}

void AgentReports::flush_all() {
    if (acknowledged_ != told_acknowledged_ && tell(line_of(*acknowledged_)))
        told_acknowledged_ = acknowledged_;
    if (way_ != told_way_ && tell(way_)) told_way_ = way_;
    next_ = platform::now() + (all_told() ? interval : without_agent);
}

// An agent that is not there is told later; one that says no has been told.
bool AgentReports::tell(const std::string& line) {
    const auto answer = platform::ask_agent(socket_, line, answer_limit);
    if (!answer) return false;
    if (!answer->ok && !refused_) platform::warn("the agent does not take our reports");
    refused_ = !answer->ok;
    return true;
}

}  // namespace vaktpost::link
