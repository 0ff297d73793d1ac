// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/sessions/sessions_fixture.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace vaktpost::test {

namespace {

using namespace std::chrono_literals;
using namespace vaktpost::core;

struct Line {
    std::string operator()(const SessionOpened& e) const {
        const auto& i = e.info;
        return "opened " + i.id.value + " uid=" + std::to_string(i.uid) + " seat=" + i.seat.value +
               " " + std::string(to_string(i.session_class)) + (i.active ? " active" : "");
    }
    std::string operator()(const SessionChanged& e) const {
        return "changed " + e.id.value + (e.active ? " active" : " inactive");
    }
    std::string operator()(const SessionClosed& e) const { return "closed " + e.id.value; }
    std::string operator()(const SessionLocked& e) const {
        return "locked " + e.id.value + " " + std::string(to_string(e.witness));
    }
    std::string operator()(const SessionUnlocked& e) const {
        return "unlocked " + e.id.value + " " + std::string(to_string(e.witness));
    }
    std::string operator()(const LockSignalled& e) const {
        return "signalled " + e.id.value + " " + std::string(to_string(e.step)) +
               (e.ok ? " ok" : " not");
    }
    std::string operator()(const UnlockAsked& e) const { return "unlock asked " + e.id.value; }
    std::string operator()(const SleepComing&) const { return "sleep coming"; }
    std::string operator()(const SleepOver&) const { return "sleep over"; }
    std::string operator()(const SourceLost& e) const {
        return "lost " + std::string(to_string(e.source));
    }
    std::string operator()(const SourceBack& e) const {
        return "back " + std::string(to_string(e.source));
    }
    template <class Other>
    std::string operator()(const Other&) const {
        return "unexpected";
    }
};

}  // namespace

void SessionsFixture::take(Event event) {
    told.push_back(std::visit(Line{}, event));
    events.push_back(std::move(event));
}

bool SessionsFixture::until(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        logind.process();
        services.process();
        io.restart();
        io.run_for(1ms);
    }
    return true;
}

bool SessionsFixture::until_told(const std::string& line) {
    return until([&] { return count(line) > 0; });
}

void SessionsFixture::settle() {
    logind.add({.id = "marker"});
    until_told("opened marker uid=1000 seat=seat0 graphical active");
    logind.remove("marker");
    until_told("closed marker");
    for (auto line = told.begin(); line != told.end();)
        line = line->find("marker") == std::string::npos ? line + 1 : told.erase(line);
}

long SessionsFixture::count(const std::string& line) const {
    return std::count(told.begin(), told.end(), line);
}

}  // namespace vaktpost::test
