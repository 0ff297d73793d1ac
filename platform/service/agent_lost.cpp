// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/service/agent_lost.h"

#include <algorithm>

#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "platform/service/agent_socket.h"
#include "platform/service/local_sessions.h"
#include "platform/service/lockers.h"
#include "platform/service/pause.h"

namespace vaktpost::platform {

namespace {

using namespace std::chrono_literals;

constexpr core::Duration answer_limit = 1s;
constexpr core::Duration between_looks = 1s;
constexpr core::Duration between_late_looks = 10s;  // everything is done, the agent is still away
constexpr core::Duration time_to_lock = 5s;
constexpr core::Duration steady = 5s;

// The agent's end as systemd saw it; where that is not told, now.
core::Instant agents_end() {
    const auto end = read_run_end();
    return end ? std::min(end->at, now()) : now();
}

}  // namespace

void AgentLost::run() {
    lost_ = agents_end();
    if (locked_meanwhile()) stage_ = Stage::done;  // by an earlier run of this program
    while (!agent_is_back()) {
        rule_ = read_agent_lost_rule();
        if (!rule_.lock) return;
        if (stage_ == Stage::asked) note_locked();
        if (stage_ != Stage::done && !answers_ && now() >= due()) act();
        pause_until(next_look());
    }
}

bool AgentLost::agent_is_back() {
    const auto answer = ask_agent(socket_, "{\"op\":\"status\"}\n", answer_limit);
    answers_ = answer && answer->ok;
    if (!answers_) {
        answers_since_.reset();
        return false;
    }
    if (!answers_since_ || answer->agent != agent_) answers_since_ = now();
    agent_ = answer->agent;
    return now() - *answers_since_ >= steady;
}

// When something is next to be done: the locks, then the curtains.
core::Instant AgentLost::due() const {
    return stage_ == Stage::waiting ? lost_ + rule_.deadline : asked_ + time_to_lock;
}

core::Instant AgentLost::next_look() const {
    const auto at = now();
    if (stage_ == Stage::done && !answers_) return at + between_late_looks;
    const auto next = at + between_looks;
    return due() > at ? std::min(next, due()) : next;
}

void AgentLost::act() {
    if (stage_ == Stage::waiting) return ask_for_locks();
    cover_what_is_open();
}

void AgentLost::ask_for_locks() {
    const auto asked = lock_local_sessions(rule_.spared);
    if (!asked) return warn(asked.error().text() + "; trying again");
    warn("the agent is gone and not back in time: " + std::to_string(*asked) +
         " sessions asked to lock");
    if (const auto told = write_locked_meanwhile(*asked); !told) warn(told.error().text());
    stage_ = Stage::asked;
    asked_ = now();
}

bool AgentLost::needs_no_curtain(const core::SessionId& session) const {
    const auto& spared = rule_.spared;
    return seen_locked_.contains(session) ||
           std::find(spared.begin(), spared.end(), session) != spared.end();
}

// Once is enough: whoever has given the password since then must not be asked for it again.
void AgentLost::note_locked() {
    auto bus = SystemBus::open();
    const auto sessions = bus ? bus->sessions() : bus.error();
    if (!sessions) return;
    for (const auto& session : *sessions)
        if (!session.text && (session.hinted || locker_runs(session.uid)))
            seen_locked_.insert(session.id);
}

void AgentLost::cover_what_is_open() {
    auto bus = SystemBus::open();
    const auto sessions = bus ? bus->sessions() : bus.error();
    if (!sessions) return warn(sessions.error().text() + "; trying again");
    stage_ = Stage::done;
    for (const auto& session : *sessions) {
        if (needs_no_curtain(session.id)) continue;
        const auto started = bus->start_unit("vaktpost-curtain@" + session.id.value + ".service");
        if (!started) warn(started.error().text());
    }
}

}  // namespace vaktpost::platform
