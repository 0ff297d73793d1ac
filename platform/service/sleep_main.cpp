// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-sleep: asks for locked screens before the machine sleeps and waits for them, whatever
// way it is sent to sleep and whether there is an agent or not. Never keeps it awake for long.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "platform/service/agent_life.h"
#include "platform/service/agent_socket.h"
#include "platform/service/local_sessions.h"
#include "platform/service/pause.h"

namespace {

using namespace vaktpost;
using namespace std::chrono_literals;

constexpr int wrong_usage = 64;
constexpr const char* socket_path = "/run/vaktpost/control.sock";
constexpr core::Duration answer_limit = 1s;
constexpr core::Duration between_questions = 200ms;
constexpr core::Duration time_for_agent = 5s;
constexpr core::Duration time_without_agent = 1s;  // for lockers to cover the screen, unseen by us

constexpr const char* help =
    "Usage: vaktpost-sleep lock | awake | --help | --version\n"
    "\n"
    "Started by systemd as vaktpost-sleep.service, before the machine sleeps and\n"
    "after it.\n"
    "\n"
    "lock   have vaktpostd lock every session, and wait until it has, 5 s at most;\n"
    "       without vaktpostd ask logind for the locks\n"
    "awake  tell vaktpostd that the machine has woken up\n";

void stand_in() {
    const auto rule = platform::read_agent_lost_rule();
    if (!rule.lock) return;
    platform::warn("no agent before sleep: logind is asked to lock the sessions");
    if (const auto asked = platform::lock_local_sessions(rule.spared); !asked)
        platform::warn(asked.error().text());
}

// Sleep is not prevented: whoever closes the lid would find an empty battery instead.
int lock() {
    auto until = platform::now() + time_for_agent;
    bool stood_in = false;
    do {
        const auto answer = platform::ask_agent(socket_path, "{\"op\":\"sleep\"}\n", answer_limit);
        if (answer && answer->ok && answer->locked) return EXIT_SUCCESS;
        if (!(answer && answer->ok) && !stood_in) {
            stood_in = true;
            stand_in();
            until = platform::now() + time_without_agent;
        }
        platform::pause_until(platform::now() + between_questions);
    } while (platform::now() < until);
    platform::warn("the machine sleeps without every screen known to be locked");
    return EXIT_SUCCESS;
}

int awake() {
    // Without an answer the agent is not there, and reads the world anew when it is.
    static_cast<void>(platform::ask_agent(socket_path, "{\"op\":\"awake\"}\n", answer_limit));
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc == 2 ? argv[1] : "";
    if (argument == "lock") return lock();
    if (argument == "awake") return awake();
    if (argument == "--help") return std::fputs(help, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    if (argument == "--version")
        return std::puts("vaktpost-sleep " VAKTPOST_VERSION) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    std::fputs("vaktpost-sleep: wrong usage, see vaktpost-sleep --help\n", stderr);
    return wrong_usage;
}
