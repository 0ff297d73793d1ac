// SPDX-License-Identifier: GPL-3.0-or-later
// control_stage SOCKET STATUS: serves the control socket, answering with that status, until it is
// killed.
#include <boost/asio/io_context.hpp>
#include <iostream>

#include "agent/control/server.h"

using namespace vaktpost;

int main(int argc, char** argv) {
    if (argc != 3) return 64;
    boost::asio::io_context io;
    control::Hooks hooks;
    hooks.status = [argv](bool) { return std::string(argv[2]); };
    hooks.admit_session_program = [](std::uint32_t, const core::SessionId&) {
        return std::optional<control::Lockers>();
    };
    hooks.events = [](const core::Event&) {};
    hooks.locker_failed = [](const core::SessionId&, const std::string&) {};
    hooks.session_program_lost = [](const core::SessionId&) {};
    control::Server server(io, argv[1], std::nullopt, hooks);
    if (const auto started = server.start(); !started) {
        std::cerr << started.error().text() << '\n';
        return 1;
    }
    std::cout << "ready" << std::endl;
    io.run();
}
