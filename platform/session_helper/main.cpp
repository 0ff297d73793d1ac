// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-session: the agent's hand in the user's session. Runs a locker where the desktop has
// none, tells the agent when the screen is really covered, runs a shared account's sign-out command
// and shows notices. Has the user's rights and no others.
#include <sys/prctl.h>
#include <systemd/sd-event.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "platform/session_helper/helper.h"

namespace {

constexpr int wrong_usage = 64;

constexpr const char* help =
    "Usage: vaktpost-session [--help | --version]\n"
    "\n"
    "Runs in the background of a user's session for vaktpostd, started by the\n"
    "user's systemd. Locks the screen where the desktop has no locker of its own,\n"
    "tells vaktpostd when it is locked, and shows vaktpostd's notices.\n"
    "\n"
    "VAKTPOST_CONTROL_SOCKET names another socket than /run/vaktpost/control.sock,\n"
    "VAKTPOST_LOCALE_DIR another folder of translations than the system's.\n";

int on_child(sd_event_source*, const signalfd_siginfo*, void* helper) {
    static_cast<vaktpost::session_helper::Helper*>(helper)->reap();
    return 0;
}

int run() {
    sigset_t handled;
    sigemptyset(&handled);
    for (const int signal : {SIGCHLD, SIGTERM, SIGINT}) sigaddset(&handled, signal);
    sigprocmask(SIG_BLOCK, &handled, nullptr);
    // A locker that goes to the background becomes our child, so that we see how it ends.
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    // The user's PATH might name another locker than the administrator meant.
    setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
    const char* socket = std::getenv("VAKTPOST_CONTROL_SOCKET");
    sd_event* loop = nullptr;
    if (sd_event_default(&loop) < 0) return EXIT_FAILURE;
    vaktpost::session_helper::Helper helper(
        loop, socket != nullptr ? socket : "/run/vaktpost/control.sock");
    if (sd_event_add_signal(loop, nullptr, SIGCHLD, on_child, &helper) < 0 ||
        sd_event_add_signal(loop, nullptr, SIGTERM, nullptr, nullptr) < 0 ||
        sd_event_add_signal(loop, nullptr, SIGINT, nullptr, nullptr) < 0)
        return EXIT_FAILURE;
    helper.start();
    return sd_event_loop(loop) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 1) return run();
    const std::string_view option = argv[1];
    if (argc == 2 && option == "--help")
        return std::fputs(help, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    if (argc == 2 && option == "--version")
        return std::puts("vaktpost-session " VAKTPOST_VERSION) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    std::fputs("vaktpost-session: wrong usage, see vaktpost-session --help\n", stderr);
    return wrong_usage;
}
