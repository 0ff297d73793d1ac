// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-agent-lost: notes how the agent ended, and stands in for it while it is away. Needs
// nothing of the agent's but the files it left in /run/vaktpost.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/journal.h"
#include "platform/service/agent_lost.h"

namespace {

using namespace vaktpost;

constexpr int wrong_usage = 64;

constexpr const char* help =
    "Usage: vaktpost-agent-lost [note | --help | --version]\n"
    "\n"
    "Waits for vaktpostd to come back, and locks the sessions of this machine when\n"
    "it does not in time, as /run/vaktpost/agent-lost says. Started by systemd as\n"
    "vaktpost-lost.service whenever vaktpostd has ended, for whatever reason.\n"
    "\n"
    "note  write down how vaktpostd ended ($SERVICE_RESULT) for its next start\n";

int note() {
    const char* result = std::getenv("SERVICE_RESULT");
    const auto written =
        platform::write_run_end({result != nullptr ? result : "unknown", platform::now()});
    if (written) return EXIT_SUCCESS;
    platform::warn(written.error().text());
    return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 1) {
        platform::AgentLost("/run/vaktpost/control.sock").run();
        return EXIT_SUCCESS;
    }
    const std::string_view argument = argv[1];
    if (argc == 2 && argument == "note") return note();
    if (argc == 2 && argument == "--help")
        return std::fputs(help, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    if (argc == 2 && argument == "--version")
        return std::puts("vaktpost-agent-lost " VAKTPOST_VERSION) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    std::fputs("vaktpost-agent-lost: wrong usage, see vaktpost-agent-lost --help\n", stderr);
    return wrong_usage;
}
