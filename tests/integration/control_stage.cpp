// SPDX-License-Identifier: GPL-3.0-or-later
// control_stage SOCKET STATUS: serves the control socket, answering with that status, until it is
// killed. The caller has a session "2" in front, which can be held open for 15 minutes.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <iostream>

#include "agent/control/server.h"
#include "platform/base/clock.h"

using namespace vaktpost;

namespace {

const core::SeatName seat{"seat0"};

void open_session(core::State& state) {
    core::Session& session = state.sessions[{"2"}];
    session.info = {{"2"}, ::getuid(), "nurse", seat, core::SessionClass::graphical, true};
}

void hold(core::State& state, const core::Event& event) {
    if (std::holds_alternative<core::HoldRequested>(event))
        state.seats[seat].hold_until = platform::now() + std::chrono::minutes(15);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 64;
    boost::asio::io_context io;
    core::State state;
    open_session(state);
    const core::Policy policy;
    control::Hooks hooks;
    hooks.status = [argv](bool) { return std::string(argv[2]); };
    hooks.view = [&] { return control::View{state, policy}; };
    hooks.lockers = [] { return control::Lockers(); };
    hooks.events = [&](const core::Event& event) { hold(state, event); };
    hooks.locker_claimed = [](const core::SessionId&, uid_t, pid_t) {};
    hooks.locker_unlocked = [](const core::SessionId&) {};
    hooks.acknowledged = [](const control::Acknowledgement&) {};
    hooks.link_reported = [](const control::LinkReport&) {};
    control::Server server(io, argv[1], {}, hooks);
    if (const auto started = server.start(); !started) {
        std::cerr << started.error().text() << '\n';
        return 1;
    }
    std::cout << "ready" << std::endl;
    io.run();
}
