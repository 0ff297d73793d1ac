// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/curtain/curtain.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <utility>

#include "platform/base/journal.h"
#include "platform/curtain/prompt.h"
#include "platform/curtain/reboot_key.h"

namespace vaktpost::curtain {
namespace {

constexpr std::uint64_t prompt_again_microseconds = 1'000'000;

void take_signals_back() {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

Curtain::Curtain(sd_event* loop, LoginSession session, std::filesystem::path note,
                 std::string socket)
    : loop_(loop),
      session_(std::move(session)),
      console_(std::move(note)),
      link_(loop, session_.id, std::move(socket)) {}

Curtain::~Curtain() {
    for (auto* source : {logind_, prompt_, again_}) sd_event_source_disable_unref(source);
    sd_login_monitor_unref(monitor_);
}

core::Status Curtain::watch_logind() {
    int error = sd_login_monitor_new("session", &monitor_);
    const int fd = error < 0 ? -1 : sd_login_monitor_get_fd(monitor_);
    const int events = error < 0 ? 0 : sd_login_monitor_get_events(monitor_);
    if (error >= 0)
        error = sd_event_add_io(loop_, &logind_, fd, static_cast<std::uint32_t>(events), on_logind,
                                this);
    if (error < 0) return core::system_error(-error, "watch logind");
    return core::Done{};
}

core::Status Curtain::start() {
    if (auto watching = watch_logind(); !watching) return watching;
    const int error = sd_event_add_signal(loop_, nullptr, SIGTERM, on_terminate, this);
    if (error < 0) return core::system_error(-error, "SIGTERM");
    link_.start();
    consider();
    return core::Done{};
}

int Curtain::on_logind(sd_event_source*, int, std::uint32_t, void* context) {
    auto& self = *static_cast<Curtain*>(context);
    sd_login_monitor_flush(self.monitor_);
    self.consider();
    return 0;
}

int Curtain::on_terminate(sd_event_source*, const signalfd_siginfo*, void* context) {
    auto& self = *static_cast<Curtain*>(context);
    if (!self.covers_)
        sd_event_exit(self.loop_, EXIT_SUCCESS);
    else if (!still_there(self.session_))
        self.leave_ended_session();
    else
        platform::warn("asked to end: stays until the password is given or the session has ended");
    return 0;
}

void Curtain::consider() {
    if (!still_there(session_)) return leave_ended_session();
    if (!covers_ && (console_.is_held() || in_front(session_))) cover();
}

void Curtain::cover() {
    if (const auto covered = console_.cover(session_.console); !covered)
        return fail(covered.error());
    covers_ = true;
    take_reboot_key();
    start_prompt();
    link_.covered();
}

// A process of its own: see Prompt. It ends with us, so that two never read the same keys.
void Curtain::start_prompt() {
    const pid_t pid = ::fork();
    if (pid == 0) be_prompt();
    if (pid < 0) return fail(core::system_error(errno, "fork"));
    prompt_ = sd_event_source_disable_unref(prompt_);
    const int error = sd_event_add_child(loop_, &prompt_, pid, WEXITED, on_prompt_end, this);
    if (error < 0) fail(core::system_error(-error, "watch the prompt"));
}

void Curtain::be_prompt() {
    constexpr int terminal = STDERR_FILENO + 1;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_DUMPABLE, 0);
    take_signals_back();
    // PAM's modules get no hold of the agent's socket or of the machine's consoles.
    if (console_.terminal() != terminal && ::dup2(console_.terminal(), terminal) < 0)
        ::_exit(EXIT_FAILURE);
    ::closefrom(terminal + 1);
    int status = EXIT_FAILURE;
    try {
        status = Prompt(terminal, session_.user).run();
    } catch (const std::exception&) {
        // Out of memory: the next prompt may have better luck.
    }
    ::_exit(status);
}

int Curtain::on_prompt_end(sd_event_source*, const siginfo_t* info, void* context) {
    auto& self = *static_cast<Curtain*>(context);
    const int status = info->si_code == CLD_EXITED ? info->si_status : EXIT_FAILURE;
    if (status == granted_status)
        self.lift(self.session_.console);
    else if (status == next_person_status)
        self.make_way();
    else
        self.restart_prompt();
    return 0;
}

void Curtain::make_way() {
    const auto next = place_to_log_in();
    if (!next) return start_prompt();
    platform::info("somebody else wants to log in");
    give_back_reboot_key();
    const auto aside = console_.step_aside(*next);
    covers_ = false;
    if (!aside) {
        platform::warn(aside.error().text());
        return cover();
    }
    link_.next_person();
    consider();  // the session may have come to the front meanwhile
}

void Curtain::restart_prompt() {
    platform::warn("the prompt has ended without a password; it is started again");
    again_ = sd_event_source_disable_unref(again_);
    const int error = sd_event_add_time_relative(
        loop_, &again_, CLOCK_BOOTTIME, prompt_again_microseconds, 0, on_prompt_again, this);
    if (error < 0) fail(core::system_error(-error, "timer"));
}

// By a new process altogether where the console was taken from us as well.
int Curtain::on_prompt_again(sd_event_source*, std::uint64_t, void* context) {
    auto& self = *static_cast<Curtain*>(context);
    if (::isatty(self.console_.terminal()) != 0)
        self.start_prompt();
    else
        self.fail(core::system_error(EIO, "console"));
    return 0;
}

void Curtain::lift(unsigned next) {
    // Whoever owns the console may not answer; it is free all the same, and anybody can switch.
    if (const auto lifted = console_.uncover(next); !lifted) platform::warn(lifted.error().text());
    link_.uncovered();
    give_back_reboot_key();
    covers_ = false;
    sd_event_exit(loop_, EXIT_SUCCESS);
}

void Curtain::leave_ended_session() {
    platform::info("the session has ended");
    prompt_ = sd_event_source_disable_unref(prompt_);
    if (covers_ || console_.is_held()) lift_from_ended_session(console_, session_.console);
    covers_ = false;
    sd_event_exit(loop_, EXIT_SUCCESS);
}

void lift_from_ended_session(Console& console, unsigned covered) {
    // Only the console's own terminal can light its screen.
    const auto taken = console.terminal() < 0 ? console.cover(covered) : core::Done{};
    if (!taken) platform::warn(taken.error().text());
    give_back_reboot_key();
    const auto lifted = console.uncover(login_screen().value_or(covered));
    if (!lifted) platform::warn(lifted.error().text());
}

void Curtain::fail(const core::Error& error) {
    platform::warn(error.text());
    sd_event_exit(loop_, EXIT_FAILURE);
}

}  // namespace vaktpost::curtain
