// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/signalfd.h>
#include <sys/types.h>
#include <systemd/sd-event.h>
#include <systemd/sd-login.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "agent/core/result.h"
#include "platform/curtain/agent_link.h"
#include "platform/curtain/console.h"
#include "platform/curtain/login_session.h"

namespace vaktpost::curtain {

// Covers one session's screen until its user gives the password or the session has ended.
//
// It covers the screen as soon as the session is in front of its seat: at once, as a rule, but
// another user's session is left alone. Somebody else who asks for it is led to where one can log
// in; the session is covered again whenever it comes to the front. Nothing else lifts it, SIGTERM
// included, which ends it only where it covers nothing.
class Curtain {
  public:
    Curtain(sd_event* loop, LoginSession session, std::filesystem::path note, std::string socket);
    Curtain(const Curtain&) = delete;
    Curtain& operator=(const Curtain&) = delete;
    ~Curtain();

    // The event loop ends with status 0 when the curtain was lifted, and with another when it could
    // not be put up or kept: then whoever started it has to start it again.
    core::Status start();

  private:
    static int on_logind(sd_event_source* source, int fd, std::uint32_t events, void* self);
    static int on_terminate(sd_event_source* source, const signalfd_siginfo* info, void* self);
    static int on_prompt_end(sd_event_source* source, const siginfo_t* info, void* self);
    static int on_prompt_again(sd_event_source* source, std::uint64_t time, void* self);
    core::Status watch_logind();
    void consider();
    void cover();
    void start_prompt();
    [[noreturn]] void be_prompt();
    void make_way();
    void restart_prompt();
    void lift(unsigned next);
    void leave_ended_session();
    void fail(const core::Error& error);

    sd_event* loop_;
    LoginSession session_;
    Console console_;
    AgentLink link_;
    sd_login_monitor* monitor_ = nullptr;
    sd_event_source* logind_ = nullptr;
    sd_event_source* prompt_ = nullptr;
    sd_event_source* again_ = nullptr;
    bool covers_ = false;
};

// Leads from a console that covers nothing any more to the login screen, or to where the session
// was.
void lift_from_ended_session(Console& console, unsigned covered);

}  // namespace vaktpost::curtain
