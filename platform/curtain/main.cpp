// SPDX-License-Identifier: GPL-3.0-or-later
// vaktpost-curtain: covers the screen of one login session with an empty console that nobody can
// switch away from, until that session's user gives the password.
#include <systemd/sd-event.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/base/journal.h"
#include "platform/curtain/curtain.h"
#include "platform/curtain/words.h"

namespace {

namespace curtain = vaktpost::curtain;

constexpr int wrong_usage = 64;
constexpr int nothing_to_cover = 3;  // no use in starting it again: installer/systemd

constexpr const char* help =
    "Usage: vaktpost-curtain [--help | --version | SESSION]\n"
    "\n"
    "Covers the screen of a login session with an empty console until its user gives\n"
    "the password. Started by systemd as vaktpost-curtain@SESSION.service.\n"
    "\n"
    "VAKTPOST_CONTROL_SOCKET names another socket than /run/vaktpost/control.sock.\n";

std::string environment(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : otherwise;
}

// The session may have ended while nobody looked after the console that covers it.
int without_session(const vaktpost::core::Error& error, const std::string& note) {
    vaktpost::platform::warn(error.text());
    if (error.code != ENXIO && error.code != ENODEV) return EXIT_FAILURE;
    curtain::Console console(note);
    if (!console.is_held()) return nothing_to_cover;
    curtain::lift_from_ended_session(console, console.covered());
    return EXIT_SUCCESS;
}

void prepare_signals() {
    sigset_t handled;
    ::sigemptyset(&handled);
    for (const int signal : {SIGCHLD, SIGTERM}) ::sigaddset(&handled, signal);
    ::sigprocmask(SIG_BLOCK, &handled, nullptr);
    // From a terminal nothing is to be feared: it is ours, and hung up on purpose.
    for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGPIPE})
        std::signal(signal, SIG_IGN);
}

int cover(const std::string& id) {
    prepare_signals();
    curtain::speak();
    ::setsid();  // fails where systemd has done it
    const auto note = environment("RUNTIME_DIRECTORY", "/run/vaktpost-curtain") + "/console";
    const auto session = curtain::find_session(id);
    if (!session) return without_session(session.error(), note);
    sd_event* loop = nullptr;
    if (sd_event_default(&loop) < 0) return EXIT_FAILURE;
    curtain::Curtain covering(loop, *session, note,
                              environment("VAKTPOST_CONTROL_SOCKET", "/run/vaktpost/control.sock"));
    if (const auto started = covering.start(); !started) {
        vaktpost::platform::warn(started.error().text());
        return EXIT_FAILURE;
    }
    const int status = sd_event_loop(loop);
    return status < 0 ? EXIT_FAILURE : status;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc == 2 ? argv[1] : "";
    if (argument == "--help") return std::fputs(help, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    if (argument == "--version")
        return std::puts("vaktpost-curtain " VAKTPOST_VERSION) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    if (curtain::is_session_id(argument)) return cover(std::string(argument));
    std::fputs("vaktpost-curtain: wrong usage, see vaktpost-curtain --help\n", stderr);
    return wrong_usage;
}
