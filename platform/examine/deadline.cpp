// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/examine/deadline.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <string_view>

namespace vaktpost::examine {
namespace {

// Spelled out: a signal handler cannot make JSON.
constexpr std::string_view kReport =
    "{\"verdict\":\"error\",\"parts\":[],\"reason\":\"deadline\"}\n";

void give_up(int /*signal*/) {
    static_cast<void>(!write(STDOUT_FILENO, kReport.data(), kReport.size()));
    _exit(3);
}

sigset_t deadline_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigaddset(&set, SIGXCPU);
    return set;
}

}  // namespace

bool start_deadline(std::chrono::seconds limit) {
    struct sigaction action {};
    action.sa_handler = give_up;
    action.sa_mask = deadline_signals();
    const auto signals = deadline_signals();
    timer_t timer{};
    itimerspec when{};
    when.it_value.tv_sec = limit.count();
    return sigaction(SIGALRM, &action, nullptr) == 0 && sigaction(SIGXCPU, &action, nullptr) == 0 &&
           sigprocmask(SIG_UNBLOCK, &signals, nullptr) == 0 &&
           timer_create(CLOCK_BOOTTIME, nullptr, &timer) == 0 &&
           timer_settime(timer, 0, &when, nullptr) == 0;
}

void stop_deadline() {
    const auto signals = deadline_signals();
    sigprocmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace vaktpost::examine
